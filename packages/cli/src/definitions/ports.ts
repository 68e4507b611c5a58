import { defineCommand, type GroupDefinition } from '../program/command-definition.ts'
import { choice, flag, number, requiredNumber, requiredText, text } from '../program/option-spec.ts'

const PROJECT = text('project-path', "the project's folder (default: as --project)", { completes: 'directory' })
const SERVICES = ['iris', 'iris-web', 'node', 'static', 'python', 'php'] as const

const list = defineCommand({
  name: 'list',
  summary: "Show all projects' ports and live runs",
  examples: [['ports list', 'one line for each port']],
  json: '{ registryPath: string, assignments: Assignment[], runs: Run[] }',
  load: async () => (await import('../commands/ports-list.ts')).portsList,
})

const inspect = defineCommand({
  name: 'inspect',
  summary: "Show a project's ports, container, runs and history",
  arguments: { path: PROJECT },
  examples: [
    ['ports inspect', "this folder's"],
    ['ports inspect ../shop', "another project's; exit code 3 if nothing is known about it"],
  ],
  json: '{ projectPath: string, instance: string, assignments: Assignment[], remembered: { service: string, port: number, releasedAt: string }[], container: Container | null, engineProblem: string | null, runs: Run[], history: HistoryEntry[] }',
  load: async () => (await import('../commands/ports-inspect.ts')).portsInspect,
})

const assign = defineCommand({
  name: 'assign',
  summary: 'Reserve a port for a project',
  arguments: { path: PROJECT },
  options: {
    service: choice('name', SERVICES, 'what the port is for (default: iris)'),
    port: number('number', "this port (default: any port of the service's range)", { least: 1, most: 65_535 }),
  },
  examples: [
    ['ports assign --service node', 'a port for the application under test'],
    ['ports assign --port 1975', 'superserver port 1975'],
  ],
  json: '{ assignment: Assignment }',
  load: async () => (await import('../commands/ports-assign.ts')).portsAssign,
})

const release = defineCommand({
  name: 'release',
  summary: "Release a project's ports",
  description:
    'The ports are remembered: the project gets them again unless another project needs them. Refused while a run is live or a container holds them.',
  arguments: { path: PROJECT },
  options: {
    service: choice('name', SERVICES, "only this service's (default: all)"),
    force: flag('even while runs are live or a container holds them', 'f'),
  },
  examples: [['ports release --service node', "releases the application's port"]],
  json: '{ released: Assignment[] }',
  load: async () => (await import('../commands/ports-release.ts')).portsRelease,
})

const clear = defineCommand({
  name: 'clear',
  summary: 'Release the ports of all projects and forget them',
  description: 'Asks first. Refused while a run is live.',
  options: { yes: flag("don't ask", 'y'), force: flag('even while runs are live', 'f') },
  examples: [['ports clear --yes', 'for scripts']],
  json: '{ cleared: Assignment[] }',
  load: async () => (await import('../commands/ports-clear.ts')).portsClear,
})

const cleanup = defineCommand({
  name: 'cleanup',
  summary: 'Release the ports whose container or project folder is gone',
  examples: [['ports cleanup', 'exit code 3 if there are none']],
  json: '{ released: Assignment[] }',
  load: async () => (await import('../commands/ports-cleanup.ts')).portsCleanup,
})

const ranges = defineCommand({
  name: 'ranges',
  summary: "Show or set where each service's ports lie",
  description:
    'What is set holds for all users of the registry. Ports that are assigned already stay. IRIS_DEVTESTER_PORT_RANGE and IRIS_DEVTESTER_WEB_PORT_RANGE take precedence. Unless set, there are as many web ports as superserver ports.',
  options: {
    service: choice('name', SERVICES, 'the service to set (default: iris)'),
    set: text('range', 'the first and the last port, as 1972-1999, or "default"', { completes: 'nothing' }),
  },
  examples: [
    ['ports ranges', 'one line for each service'],
    ['ports ranges --set 1972-1999', '28 projects at once'],
  ],
  json: '{ ranges: { [service: string]: [first: number, last: number] } }',
  load: async () => (await import('../commands/ports-ranges.ts')).portsRanges,
})

const explain = defineCommand({
  name: 'explain',
  summary: 'Show what holds a port, and how to free it',
  arguments: { port: requiredNumber('port', 'the port', { least: 1, most: 65_535 }) },
  examples: [['ports explain 1972', 'checks registry, containers and processes']],
  json: '{ port: number, services: string[], isAvailable: boolean, claims: { kind: string, blocks: boolean, message: string, since?: string, remedy?: string }[], unchecked?: string }',
  load: async () => (await import('../commands/ports-explain.ts')).portsExplain,
})

const history = defineCommand({
  name: 'history',
  summary: 'Show what was assigned, released and refused, newest first',
  options: { limit: number('number', 'maximum number of entries (default: 20)', { least: 1, short: 'n' }) },
  examples: [
    ['ports history', "all projects'"],
    ['ports history --project . -n 5', "this folder's last five"],
  ],
  json: '{ history: HistoryEntry[] }',
  load: async () => (await import('../commands/ports-history.ts')).portsHistory,
})

const doctor = defineCommand({
  name: 'doctor',
  summary: 'Check the port registry and print a remedy for each finding',
  description: 'Changes nothing without --repair. Exit code 1 if something needs attention.',
  options: { repair: flag('repair what can be repaired') },
  examples: [
    ['ports doctor', 'prints the findings'],
    ['ports doctor --repair', 'restores damaged files, removes stale locks'],
  ],
  json: '{ registryPath: string, folder: string, generation: number, isHealthy: boolean, findings: Finding[], repaired: Finding[] }',
  load: async () => (await import('../commands/ports-doctor.ts')).portsDoctor,
})

const exportPorts = defineCommand({
  name: 'export',
  summary: "Print the registry's ports as JSON, for ports import",
  examples: [['ports export > ports.json', 'before the registry moves to a server, or back']],
  json: '{ assignments: object[], service_assignments: object[], remembered: object[], system: object }',
  load: async () => (await import('../commands/ports-export.ts')).portsExport,
})

const importPorts = defineCommand({
  name: 'import',
  summary: 'Take over the ports that ports export printed',
  description: 'A port that another project has by now, or a project of another machine, is left out and listed.',
  arguments: { file: requiredText('file', 'the file with what ports export printed', { completes: 'file' }) },
  examples: [['ports import ports.json --registry postgres://ci@db.example/iris', 'into a registry on a server']],
  json: '{ imported: { projectPath: string, service: string, port: number }[], skipped: { projectPath: string, service: string, port: number, reason: string }[] }',
  load: async () => (await import('../commands/ports-import.ts')).portsImport,
})

export const ports: GroupDefinition = {
  name: 'ports',
  summary: 'See and manage who owns which port',
  commands: [
    list,
    inspect,
    assign,
    release,
    clear,
    cleanup,
    ranges,
    explain,
    history,
    doctor,
    exportPorts,
    importPorts,
  ],
}
