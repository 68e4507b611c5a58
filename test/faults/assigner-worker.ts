import { PortRegistry } from '../../packages/core/src/ports/index.ts'

/** What an assigner is asked for. */
export interface AssignTask {
  readonly registryPath: string
  readonly projects: readonly string[]
  /** When to begin, in ms since 1970, so that all begin together. */
  readonly at: number
}

/** What it was given, or the code of the error it met, for each project; and how long each took, in ms. */
export interface AssignAnswer {
  readonly grants: readonly { readonly project: string; readonly port?: number; readonly error?: string }[]
  readonly millis: readonly number[]
}

export const RANGE = [21_000, 22_999] as const

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
