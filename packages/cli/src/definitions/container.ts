import { defineCommand } from '../program/command-definition.ts'
import { flag, list as listOption, number, text } from '../program/option-spec.ts'
import { CREDENTIALS, SETTINGS } from './iris-options.ts'

export const up = defineCommand({
  name: 'up',
  summary: "Start the project's IRIS and keep it warm",
  description:
    'Attaches to a running container. The namespace, user and password become the defaults of later commands. Without a run, the container is removed with its data after the idle limit.',
  options: {
    idle: number('minutes', 'idle limit: how long the container stays without a run (default: 15)', {
      least: 1,
      most: 35_000,
    }),
    port: number('number', 'the superserver port; no other is used', { least: 1, most: 65_535 }),
    webPort: number('number', 'the web port; no other is used', { least: 1, most: 65_535 }),
    ...SETTINGS,
  },
  examples: [
    ['up', "starts the project's IRIS, or prints where it is"],
    ['up --idle 480', 'keeps it for a working day'],
    ["up --load 'src/**/*.cls' --load schema.sql", 'loads classes and tables into its namespace'],
  ],
  json: '{ container: { id: string, name: string, image: string, start: "warm" | "cold" } | null, connection: Connection }',
  load: async () => (await import('../commands/up.ts')).up,
})

export const down = defineCommand({
  name: 'down',
  summary: "Remove the project's container with its data, and release its ports",
  description: 'Refused while a run uses the container.',
  options: { force: flag('remove it even if runs use it', 'f') },
  examples: [
    ['down', "removes the project's container"],
    ['down --force', 'removes it even if a run uses it'],
  ],
  json: '{ ended: Container | null, released: Assignment[] }',
  load: async () => (await import('../commands/down.ts')).down,
})

export const status = defineCommand({
  name: 'status',
  summary: "Show the project's IRIS: container, ports, runs",
  examples: [['status', 'exit code 3 if there is no container']],
  json: '{ projectPath: string, instance: string, container: Container | null, answers: boolean, portal: string | null, assignments: Assignment[], runs: Run[] }',
  load: async () => (await import('../commands/status.ts')).status,
})

export const logs = defineCommand({
  name: 'logs',
  summary: "Print the output of the project's container",
  options: {
    follow: flag('keep printing until Ctrl-C or the end of the container', 'f'),
    tail: number('lines', 'only the last lines', { short: 'n' }),
  },
  examples: [
    ['logs', 'prints all of it'],
    ['logs -f -n 20', 'prints the last 20 lines and new ones as they come'],
  ],
  json: '{ lines: string[] }, or with --follow one JSON string a line',
  load: async () => (await import('../commands/logs.ts')).logs,
})

export const restart = defineCommand({
  name: 'restart',
  summary: "Restart the project's IRIS and wait until it is ready",
  description: 'Keeps the data; frees connections and licence units. Refused while a run uses the container.',
  options: { force: flag('restart it even if runs use it', 'f'), ...CREDENTIALS },
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
  summary: 'Remove the containers of all projects that no run uses, with their data',
  description:
    "Orphaned: the project's folder is gone, or the start never finished. Outdated: the image's name refers to a newer image now. Idle: kept warm. Asks first.",
  options: {
    reason: listOption('reason', 'only orphaned, outdated or idle containers; can be repeated'),
    dryRun: flag('only print what would be removed'),
    yes: flag("don't ask", 'y'),
  },
  examples: [
    ['prune', 'asks, then removes them'],
    ['prune --yes --reason orphaned --reason outdated', 'keeps warm containers, for a nightly job'],
  ],
  json: '{ ended: { container: Container, reason: "orphaned" | "outdated" | "idle" }[], dryRun: boolean }',
  load: async () => (await import('../commands/prune.ts')).prune,
})

export const session = defineCommand({
  name: 'session',
  summary: "Open an IRIS terminal in the project's container",
  description:
    'Runs lines that are piped into it as if they were typed; the exit code is 1 if one of them failed. There is no --json: what a session writes is its own.',
  arguments: { namespace: text('namespace', "the namespace (default: the container's own)") },
  examples: [
    ['session', "a terminal in the container's own namespace; leave it with Halt"],
    ['session %SYS', 'a terminal in %SYS'],
  ],
  load: async () => (await import('../commands/session.ts')).session,
})
