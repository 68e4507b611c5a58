import { LABELS } from '../container/container-identity.ts'
import type { EngineClient } from '../engine/engine-client.ts'
import { findAssignment } from '../ports/port-assignment.ts'
import type { PortRegistry } from '../ports/port-registry.ts'
import type { RegistryDocument } from '../ports/registry-document.ts'
import { release } from '../ports/transitions.ts'
import { currentProcess } from '../process/process-identity.ts'
import { claimEnd, isLive } from './lease-book.ts'

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

/** Takes a container that is gone out of the registry and gives its project's ports back, in one commit. */
export async function forgetContainer({ registry, id, keepPorts, except }: RemovalRequest): Promise<void> {
  await registry.update('ended', (draft) => {
    const projectPath = draft.containers[id]?.project_path
    delete draft.containers[id]
    if (projectPath === undefined || keepPorts || isNeeded(draft, projectPath, except)) return
    const assignments = (['iris', 'iris-web'] as const).flatMap((service) => {
      const assignment = findAssignment(draft, projectPath, service)
      return assignment ? [assignment] : []
    })
    Object.assign(draft, release(draft, assignments, { action: 'released', reason: 'container ended', at: new Date() }))
  })
}

/** Whether another run or container of the project counts on its ports. */
function isNeeded(document: RegistryDocument, projectPath: string, except: string | undefined): boolean {
  return (
    document.leases.some((lease) => lease.project_path === projectPath && lease.id !== except && isLive(lease)) ||
    Object.values(document.containers).some((one) => one.project_path === projectPath)
  )
}
