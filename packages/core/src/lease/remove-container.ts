import { LABELS } from '../container/container-identity.ts'
import type { EngineClient } from '../engine/engine-client.ts'
import type { PortRegistry } from '../ports/port-registry.ts'
import { currentProcess } from '../process/process-identity.ts'
import { claimEnd } from './lease-book.ts'

export interface RemovalRequest {
  readonly engine: EngineClient
  readonly registry: PortRegistry
  /** The container's id. */
  readonly id: string
  /** Leaves the project's ports assigned: the container is about to be replaced. */
  readonly keepPorts?: boolean
  /** A lease that doesn't stand against the removal: the remover's own. */
  readonly except?: string | undefined
}

/**
 * Ends a container of ours, its registry record, and its project's port assignments, in an order that another process
 * can take up at any point: claim, remove, forget. Refused, by giving `false`, while another live lease is on it.
 */
export async function removeContainer(request: RemovalRequest): Promise<boolean> {
  const { engine, registry, id, except } = request
  const self = currentProcess()
  const claimed = await registry.update('end', (draft) => claimEnd(draft, id, self, except))
  if (!claimed) return false
  const found = await engine.inspectContainer(id)
  const labels = found?.Config.Labels ?? {}
  // Only what carries our labels is ever removed, whatever a record says.
  if (found && labels[LABELS.registry] === registry.folder) await engine.removeContainer(id)
  await forgetContainer(request)
  return true
}

/** Takes a container that is gone out of the registry, and gives its project's ports back. */
export async function forgetContainer({ registry, id, keepPorts, except }: RemovalRequest): Promise<void> {
  const projectPath = await registry.update('ended', (draft) => {
    const path = draft.containers[id]?.project_path
    delete draft.containers[id]
    const needed =
      keepPorts ||
      draft.leases.some((lease) => lease.project_path === path && lease.id !== except) ||
      Object.values(draft.containers).some((one) => one.project_path === path)
    return needed ? undefined : path
  })
  if (projectPath === undefined) return
  for (const service of ['iris', 'iris-web'] as const) {
    const assignment = await registry.getAssignment(projectPath, { service })
    if (assignment) await registry.releasePort(projectPath, { service }).catch(() => {})
  }
}
