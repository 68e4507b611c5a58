import { defineCommand } from '../program/command-definition.ts'
import { flag, list as listOption, number, text } from '../program/option-spec.ts'
import { CREDENTIALS, SETTINGS } from './iris-options.ts'

export const up = defineCommand({
  name: 'up',
  summary: "Start the project's IRIS and keep it warm",
  description:
    'An IRIS that runs already is attached to. Its namespace, user and password become the defaults of later commands. Without a run it stays for the idle limit, then it is removed with its data.',
  options: {
    idle: number('minutes', 'how long it may stay without a run (default: 15)', { least: 1, most: 35_000 }),
    port: number('number', 'the only superserver port that will do', { least: 1, most: 65_535 }),
    webPort: number('number', 'the only web port that will do', { least: 1, most: 65_535 }),
    ...SETTINGS,
  },
  examples: [
    ['up', "starts this folder's IRIS, or says where it is"],
    ['up --idle 480', 'keeps it for a working day'],
    ["up --load 'src/**/*.cls' --load schema.sql", 'loads classes and tables into its namespace'],
  ],
  json: '{ container: { id: string, name: string, image: string, start: "warm" | "cold" } | null, connection: Connection }',
  load: async () => (await import('../commands/up.ts')).up,
})

export const down = defineCommand({
  name: 'down',
  summary: "End the project's IRIS and give its ports back",
  description: 'Refused while a run uses it. The data of the container goes with it.',
  options: { force: flag('end it under the runs that use it', 'f') },
  examples: [
    ['down', "ends this folder's IRIS"],
    ['down --force', 'ends it even under a run'],
  ],
  json: '{ ended: Container | null, released: Assignment[] }',
  load: async () => (await import('../commands/down.ts')).down,
})

export const status = defineCommand({
  name: 'status',
  summary: "Show the project's IRIS: container, ports, runs",
  examples: [['status', 'exit code 3 when there is none']],
  json: '{ projectPath: string, container: Container | null, answers: boolean, assignments: Assignment[], runs: Run[] }',
  load: async () => (await import('../commands/status.ts')).status,
})

export const logs = defineCommand({
  name: 'logs',
  summary: "Print the output of the project's container",
  options: {
    follow: flag('go on printing until Ctrl-C or the end of the container', 'f'),
    tail: number('lines', 'only the last lines', { short: 'n' }),
  },
  examples: [
    ['logs', 'prints all of it'],
    ['logs -f -n 20', 'prints the last 20 lines and what follows'],
  ],
  json: '{ lines: string[] }, or with --follow one JSON string a line',
  load: async () => (await import('../commands/logs.ts')).logs,
})

export const restart = defineCommand({
  name: 'restart',
  summary: "Restart the project's IRIS and wait until it is ready",
  description: 'Data stays, connections and licence units are freed. Refused while a run uses it.',
  options: { force: flag('restart it under the runs that use it', 'f'), ...CREDENTIALS },
  examples: [['restart', 'frees all licence units']],
  json: '{ restarted: Container }',
  load: async () => (await import('../commands/restart.ts')).restart,
})

export const list = defineCommand({
  name: 'list',
  summary: "Show all projects' containers",
  examples: [['list', 'one line for each container']],
  json: '{ containers: Container[] }',
  load: async () => (await import('../commands/list.ts')).list,
})

export const prune = defineCommand({
  name: 'prune',
  summary: 'End the containers that no run uses, of all projects',
  description:
    "Orphaned ones have lost their project's folder or were abandoned half-made, outdated ones were made of an image whose name stands for a newer one by now, idle ones are kept warm. Asks first.",
  options: {
    reason: listOption('reason', 'only those that are orphaned, outdated or idle; may be repeated'),
    dryRun: flag('only say what would be ended'),
    yes: flag("don't ask", 'y'),
  },
  examples: [
    ['prune', 'asks, then ends them'],
    ['prune --yes --reason orphaned --reason outdated', 'spares the warm ones, for a nightly job'],
  ],
  json: '{ ended: { container: Container, reason: "orphaned" | "outdated" | "idle" }[], dryRun: boolean }',
  load: async () => (await import('../commands/prune.ts')).prune,
})

export const session = defineCommand({
  name: 'session',
  summary: "Open an IRIS terminal in the project's container",
  description: 'Lines piped into it are run as if typed. Its exit code is that of the terminal.',
  arguments: { namespace: text('namespace', "the namespace (default: the container's own)") },
  examples: [
    ['session', "a terminal in the container's own namespace; leave it with Halt"],
    ['session %SYS', 'a terminal in %SYS'],
  ],
  load: async () => (await import('../commands/session.ts')).session,
})
