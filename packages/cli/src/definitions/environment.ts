import { defineCommand } from '../program/command-definition.ts'
import { choice, choiceOr, flag, list, requiredText, words } from '../program/option-spec.ts'
import { CREDENTIALS, SETTINGS } from './iris-options.ts'

export const sql = defineCommand({
  name: 'sql',
  summary: "Run one SQL statement in the project's IRIS",
  description: 'If IRIS_URL, or IRIS_HOST and IRIS_PORT, name an IRIS, the statement runs there.',
  arguments: { query: requiredText('query', 'the statement; ? marks a parameter') },
  options: { param: list('value', 'the value of the next ? in the statement; can be repeated'), ...CREDENTIALS },
  examples: [
    ['sql "SELECT TOP 5 Name FROM %Dictionary.CompiledClass"', 'prints a table'],
    ['sql "SELECT * FROM demo.people WHERE id = ?" --param 7 --json', 'prints rows as JSON'],
  ],
  json: '{ rows: { [column: string]: unknown }[] }',
  load: async () => (await import('../commands/sql.ts')).sql,
})

export const reset = defineCommand({
  name: 'reset',
  summary: 'Put the tables of a namespace back to what they were when they were recorded',
  description:
    "Rows that came since are gone, those that were changed or deleted are back; tables that were made since are dropped. A runner's adapter records them after its set-up, and --mark does. Refused while a run uses the container.",
  options: {
    mark: flag('record the tables as they are now instead, as what a reset goes back to'),
    dryRun: flag('only print which tables would be reset and dropped'),
    force: flag('do it even if runs use the container', 'f'),
    ...CREDENTIALS,
  },
  examples: [
    ['reset --mark', 'records the tables after a load'],
    ['reset', 'puts them back'],
  ],
  json: '{ namespace: string, restored: string[], dropped: string[], isRecorded: boolean }',
  load: async () => (await import('../commands/reset.ts')).reset,
})

export const env = defineCommand({
  name: 'env',
  summary: 'Print the IRIS_* variables for a shell, a .env file or a program',
  description: 'Starts nothing. Exit code 3 if the project has no running IRIS.',
  options: {
    format: choiceOr('form', ['shell', 'dotenv', 'json'], 'shell', 'the output format'),
    ...CREDENTIALS,
  },
  examples: [
    ['env', 'in a shell: eval "$(iris-devtester env)"'],
    ['env --format dotenv > .env', 'for tools that read .env files'],
  ],
  json: '{ IRIS_HOST: string, IRIS_PORT: string, IRIS_WEB_PORT: string, IRIS_NAMESPACE: string, IRIS_USERNAME: string, IRIS_PASSWORD: string, IRIS_URL: string }',
  load: async () => (await import('../commands/env.ts')).env,
})

export const run = defineCommand({
  name: 'run',
  summary: 'Run a command with IRIS up and the IRIS_* variables set',
  description:
    'For node:test, Mocha, Cypress, and projects in other languages. Passes signals on. The exit code is that of the command, 127 if it does not exist, 126 if it cannot be executed, or 128 plus the number of the signal that ended it.',
  arguments: { command: words('command', 'the command and its arguments') },
  options: {
    isolation: choice('kind', ['run', 'shared'], 'a namespace for this run, or the shared one (default: run)'),
    keep: choice(
      'kind',
      ['warm', 'stop'],
      'what happens to the container after the run (default: warm; stop if CI is set)',
    ),
    ...SETTINGS,
  },
  examples: [
    ['run -- node --test', "Node's own test runner"],
    ['run --load schema.sql -- pytest -q', 'any other language'],
  ],
  passesThrough: true,
  load: async () => (await import('../commands/run.ts')).run,
})
