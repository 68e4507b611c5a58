import { isNetworkName, LABELS } from '../../container/container-identity.ts'
import { debugLog } from '../../debug/debug-log.ts'
import type { EngineClient } from '../../engine/engine-client.ts'
import type { PortRegistry } from '../../ports/port-registry.ts'
import { currentProcess } from '../../process/process-identity.ts'
import { changeContainer, claimEnd, isSame } from '../book/lease-book.ts'
import { releasePorts } from '../book/project-ports.ts'
import { removeUnusedNetworks } from './unused-networks.ts'

const debug = debugLog('lease')

export interface RemovalRequest {
  readonly engine: EngineClient
  readonly registry: PortRegistry
  /** The container's id. */
  readonly id: string
  /** A lease that doesn't stand against the removal: the remover's own. */
  readonly except?: string | undefined
  /** How long the engine may take to remove it, in ms. Default 60,000. */
  readonly timeoutMs?: number
}

/**
 * Ends a container of ours, its registry record, and its project's port assignments, in an order that another process
 * can take up at any point: claim, remove, forget. Refused, by giving `false`, while another live lease is on it.
 *
 * @throws EngineError when the engine can't do it; the claim is taken back then, so that anybody may try again.
 */
export async function removeContainer(request: RemovalRequest): Promise<boolean> {
  const { registry, id, except } = request
  const claimed = await registry.update('end', (draft) => claimEnd(draft, id, currentProcess(), except))
  if (claimed) await endClaimed(request)
  return claimed
}

/** Ends a container whose end this process has claimed. */
export async function endClaimed(request: RemovalRequest): Promise<void> {
  const { engine, registry, id, timeoutMs } = request
  const limit = timeoutMs === undefined ? {} : { timeoutMs }
  let projectPath: string | undefined
  try {
    const found = await engine.inspectContainer(id, limit)
    const labels = found?.Config.Labels ?? {}
    // Only what carries our labels is ever removed, whatever a record says.
    if (labels[LABELS.registry] === registry.registryId) {
      projectPath = labels[LABELS.project]
      await engine.removeContainer(id, limit)
      if (Object.keys(found?.NetworkSettings.Networks ?? {}).some(isNetworkName)) {
        // The container has gone, and that is what was asked for: a network that stays, a later clean-up takes.
        await removeUnusedNetworks(engine, registry.registryId).catch((error) =>
          debug.swallowed('remove the network', error),
        )
      }
    }
  } catch (error) {
    await registry.update('end failed', (draft) => {
      const { closing } = draft.containers[id] ?? {}
      if (closing && isSame(closing, currentProcess())) changeContainer(draft, id, { closing: undefined })
    })
    throw error
  }
  await forgetContainer(request, projectPath)
}

/**
 * Takes a container that is gone out of the registry and gives its project's ports back, in one commit.
 *
 * @param projectPath whose it was, for one that the registry never knew.
 */
export async function forgetContainer(
  { registry, id, except }: Pick<RemovalRequest, 'registry' | 'id' | 'except'>,
  projectPath?: string,
): Promise<void> {
  await registry.update('ended', (draft) => {
    const project = draft.containers[id]?.project_path ?? projectPath
    delete draft.containers[id]
    if (project !== undefined) releasePorts(draft, project, except)
  })
}
