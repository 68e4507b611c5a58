import { defineCommand } from '../program/command-definition.ts'
import { choice, choiceOr, list, requiredText, words } from '../program/option-spec.ts'
import { CREDENTIALS, SETTINGS } from './iris-options.ts'

export const sql = defineCommand({
  name: 'sql',
  summary: "Run one SQL statement in the project's IRIS",
  description: 'In the IRIS that IRIS_URL, or IRIS_HOST and IRIS_PORT, name if they name one.',
  arguments: { query: requiredText('query', 'the statement; ? stands for a parameter') },
  options: { param: list('value', 'the value of the next ? in the statement; may be repeated'), ...CREDENTIALS },
  examples: [
    ['sql "SELECT TOP 5 Name FROM %Dictionary.CompiledClass"', 'prints a table'],
    ['sql "SELECT * FROM demo.people WHERE id = ?" --param 7 --json', 'prints rows as JSON'],
  ],
  json: '{ rows: { [column: string]: unknown }[] }',
  load: async () => (await import('../commands/sql.ts')).sql,
})

export const env = defineCommand({
  name: 'env',
  summary: 'Print the IRIS_* variables for a shell, a .env file or a program',
  description: 'Starts nothing: exit code 3 when the project has no running IRIS.',
  options: {
    format: choiceOr('form', ['shell', 'dotenv', 'json'], 'shell', 'how they are written'),
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
    "The way in for node:test, Mocha, Cypress, and projects that aren't JavaScript. Signals are passed on; the exit code is the command's, 128 and the signal's number if a signal ended it.",
  arguments: { command: words('command', 'the command and its arguments') },
  options: {
    isolation: choice('kind', ['run', 'shared'], "a namespace of the run's own, or the shared one (default: run)"),
    keep: choice('kind', ['warm', 'stop'], 'what becomes of the container (default: warm, under CI stop)'),
    ...SETTINGS,
  },
  examples: [
    ['run -- node --test', "Node's own test runner"],
    ['run --load schema.sql -- pytest -q', 'any other language'],
  ],
  passesThrough: true,
  load: async () => (await import('../commands/run.ts')).run,
})
