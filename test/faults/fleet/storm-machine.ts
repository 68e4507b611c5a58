import { once } from 'node:events'
import { PortRegistry } from '../../../packages/core/src/ports/index.ts'
import type { StormAnswer, StormTask } from './fleet-storm.ts'

// One process of a machine of that name: assigns ports to its projects, together with others of its kind.
const { url, machine, projects, range } = JSON.parse(process.argv[2] ?? '') as StormTask
const env = { IRIS_DEVTESTER_REGISTRY: url, IRIS_DEVTESTER_MACHINE: machine, IRIS_DEVTESTER_ENGINE: 'storm' }
const registry = new PortRegistry({ env, ranges: { node: range }, docker: false, onWarning: () => undefined })
// A process that has just started is no part of the storm: the driver is loaded, and the server has been asked once.
await registry.listAll()
process.send?.('ready')
const [at] = (await once(process, 'message')) as [number]
while (Date.now() < at) await new Promise((resolve) => setTimeout(resolve, Math.max(0, at - Date.now() - 1)))
const grants: [string, number][] = []
const errors: string[] = []
const millis: number[] = []
for (const project of projects) {
  const began = performance.now()
  try {
    const { projectPath, port } = await registry.assignPort(project, { service: 'node' })
    grants.push([projectPath, port])
    process.send?.('granted')
  } catch (error) {
    errors.push(String((error as { code?: string }).code ?? error))
  }
  millis.push(performance.now() - began)
}
process.send?.({ grants, errors, millis } satisfies StormAnswer)
