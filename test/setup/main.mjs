#!/usr/bin/env node
// Sets up what is missing, then runs what was asked for:
//   node test/setup/main.mjs setup   nothing more
//   node test/setup/main.mjs demo    the demonstration (npm start)
//   node test/setup/main.mjs test    lint, types and all tests (npm test)
import { join } from 'node:path'
import { providePostgres } from './postgres.mjs'
import { prepare } from './prepare.mjs'
import { show } from './run.mjs'
import { runTests } from './run-tests.mjs'
import { SetUpError } from './set-up-error.mjs'
import { step } from './step.mjs'
import { node, root } from './workspace.mjs'

/** @type {Record<string, (env: NodeJS.ProcessEnv) => Promise<number>>} */
const commands = {
  setup: async () => 0,
  demo: (env) => show(node, [join(root, 'test/demo/main.ts')], env),
  test: async (env) => {
    await step('postgres', providePostgres)
    return runTests(env)
  },
}

const command = commands[process.argv[2] ?? '']
if (command) {
  try {
    process.exitCode = await command(await prepare())
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error
    console.error(`\n✗ ${error.message}`)
    process.exitCode = 1
  }
} else {
  console.error(`Which? One of: ${Object.keys(commands).join(', ')}`)
  process.exitCode = 2
}
