/**
 * Runs the adapters' tests with every version of the runners they support, on each of the Node versions.
 *
 *   node test/matrix/main.ts              after a build
 *   node test/matrix/main.ts --node 22    on one Node version: 22 or 24
 */
import { parseArgs } from 'node:util'
import { capture, show, tail } from '../setup/run.mjs'
import { node, root } from '../setup/workspace.mjs'

/** Vitest by its names in this workspace; the other runners' tests choose their versions themselves. */
const VITEST = ['vitest-3', 'vitest-4', 'vitest']

const { values } = parseArgs({ options: { node: { type: 'string', multiple: true, default: ['24', '22'] } } })
const failed: string[] = []
for (const major of values.node) {
  const binary = await findNode(major)
  for (const name of VITEST) {
    await run(`Node ${major}, ${name}`, binary, ['machine', 'test/integration/vitest/'], { IRIS_TEST_VITEST: name })
  }
  await run(`Node ${major}, other runners`, binary, ['matrix'], {})
}
console.log(failed.length === 0 ? '\n✓ The whole matrix passes.' : `\n✗ Failed: ${failed.join('; ')}`)
process.exitCode = failed.length === 0 ? 0 : 1

/** Our own Vitest on this Node: what it starts, runs on the same. */
async function run(name: string, binary: string, [project = '', ...files]: string[], more: NodeJS.ProcessEnv) {
  console.log(`\n— ${name}`)
  const args = [`${root}/node_modules/vitest/vitest.mjs`, 'run', '--project', project, ...files]
  if ((await show(binary, args, { ...process.env, ...more })) !== 0) failed.push(name)
}

/** The workspace's own Node, or another version from the npm package `node`. */
async function findNode(major: string): Promise<string> {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath
  if (major === '24') return node
  const { code, output } = await capture('npx', [
    ...['--prefer-offline', '--yes', '--loglevel=error', '--package', `node@${major}`],
    ...['--', 'node', '-p', 'process.execPath'],
  ])
  if (code !== 0) throw new Error(`Node ${major} can't be had: ${tail(output)}`)
  return output.trim().split('\n').at(-1) ?? ''
}
