import { AssignmentNotFoundError, type PortRegistry, type ServiceName } from '@iris-devtester/core/ports'

/** Releases a port, unless another process has released it meanwhile, such as the reaper after its container has ended. */
export async function releasePort(registry: PortRegistry, projectPath: string, service: ServiceName): Promise<void> {
  try {
    await registry.releasePort(projectPath, { service })
  } catch (error) {
    if (!(error instanceof AssignmentNotFoundError)) throw error
  }
}
