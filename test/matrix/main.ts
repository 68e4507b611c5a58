/**
 * Runs the adapters' tests with every version of the runners they support, on each of the Node versions.
 *
 *   node test/matrix/main.ts                                   after a build
 *   node test/matrix/main.ts --node 22 --runner jest-29        on one Node version, 22 or 24, one runner
 */
import { parseArgs } from 'node:util'
import { show } from '../setup/run.mjs'
import { root } from '../setup/workspace.mjs'
import { type Cell, installedVersion, nodeVersion, table } from './cells.ts'
import { RUNNERS } from './runners.ts'

const { values } = parseArgs({
  options: {
    node: { type: 'string', multiple: true, default: ['24', '22'] },
    runner: { type: 'string', multiple: true, default: RUNNERS.map(({ name }) => name) },
  },
})
const wanted = RUNNERS.filter(({ name }) => values.runner.includes(name))
const cells: Cell[] = []
let isInterrupted = false
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    isInterrupted = true
  })
}
for (const major of values.node) {
  const node = nodeVersion(major)
  for (const { name, variable, files } of wanted) {
    if (isInterrupted) break
    const runner = installedVersion(name)
    console.log(`\n— ${runner}, Node ${node.version}`)
    const args = [`${root}/node_modules/vitest/vitest.mjs`, 'run', '--project', 'machine', '--project', 'matrix']
    const env = { ...process.env, IRIS_TEST_NODE: node.program, [variable]: name }
    const began = performance.now()
    const code = await show(process.execPath, [...args, ...files], env)
    cells.push({ runner, node: node.version, passed: code === 0, seconds: (performance.now() - began) / 1_000 })
  }
}
console.log(`\n${table(cells)}`)
process.exitCode = !isInterrupted && cells.length > 0 && cells.every(({ passed }) => passed) ? 0 : 1
