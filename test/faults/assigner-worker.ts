import { PortRegistry } from '../../packages/core/src/ports/index.ts'
import { type AssignAnswer, type AssignTask, RANGE } from './assign-task.ts'

// Assigns ports to the projects it is sent, together with others of its kind.
process.on('message', async ({ registryPath, projects, at }: AssignTask) => {
  const registry = new PortRegistry({ registryPath, portRange: RANGE, docker: false, onWarning: () => undefined })
  while (Date.now() < at) await new Promise((resolve) => setTimeout(resolve, Math.max(0, at - Date.now() - 1)))
  const grants: { project: string; port?: number; error?: string }[] = []
  const millis: number[] = []
  for (const project of projects) {
    const began = performance.now()
    try {
      const { port } = await registry.assignPort(project)
      grants.push({ project, port })
    } catch (error) {
      grants.push({ project, error: String((error as { code?: string }).code ?? error) })
    }
    millis.push(performance.now() - began)
  }
  process.send?.({ grants, millis } satisfies AssignAnswer)
})
process.send?.('ready')
