import { show } from './run.mjs'
import { provideSshServer } from './ssh-server.mjs'
import { step } from './step.mjs'

const checks = /** @type {const} */ ([
  ['lint', 'biome', ['check', '--error-on-warnings', '.']],
  ['imports', 'depcruise', ['--config', '.dependency-cruiser.mjs', 'packages']],
  ['typecheck', 'tsc', ['-p', 'tsconfig.json']],
  ['typecheck of the page', 'tsc', ['-p', 'packages/dashboard/src/page/tsconfig.json']],
  ['unused code', 'knip', []],
  ['packages', 'node', ['test/packages/main.ts']],
  ['tests', 'vitest', ['run', '--project', 'unit', '--project', 'machine']],
])

/**
 * Lint, imports, type check, unused code, packages and all tests, one after another; the first that fails ends it.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>} the exit code
 */
export async function runTests(env) {
  await step('sshd', provideSshServer)
  for (const [name, command, args] of checks) {
    console.log(`\n— ${name}: ${command} ${args.join(' ')}`)
    const code = await show(command, args, env)
    if (code !== 0) {
      console.log(`\n✗ ${name} failed (exit code ${code}).`)
      return code
    }
  }
  console.log(`\n✓ Lint, types, packages and all tests pass, with ${env.IRIS_IMAGE}.`)
  return 0
}
