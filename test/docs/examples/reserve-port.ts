// #region example
import { PortConflictError, PortRegistry } from '@iris-devtester/core/ports'

export async function reserveForServer(projectPath: string): Promise<number> {
  const registry = new PortRegistry()
  try {
    const { port } = await registry.assignPort(projectPath, { service: 'node', preferredPort: 3000 })
    return port
  } catch (error) {
    if (!(error instanceof PortConflictError)) throw error
    console.error(`${error.message}\nFree: ${error.suggestions.join(', ')}`)
    const { port } = await registry.assignPort(projectPath, { service: 'node' })
    return port
  }
}
// #endregion
