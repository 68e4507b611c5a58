import { isNetworkName, LABELS } from '../../container/container-identity.ts'
import type { EngineClient } from '../../engine/engine-client.ts'
import { folderOf } from '../../ports/document/project-path.ts'

/**
 * Removes the networks of this registry's projects that have no container any more. A stopped container keeps its network,
 * or it couldn't be started again.
 *
 * @returns their names.
 * @throws EngineError
 */
export async function removeUnusedNetworks(engine: EngineClient, registryId: string): Promise<string[]> {
  const labels = [`${LABELS.registry}=${registryId}`]
  const networks = (await engine.listNetworks({ labels })).filter(({ Name }) => isNetworkName(Name))
  if (networks.length === 0) return []
  const containers = await engine.listContainers({ labels })
  const inUse = new Set(containers.map(({ Labels }) => folderOf(Labels[LABELS.project] ?? '')))
  const removed: string[] = []
  for (const { Id, Name, Labels } of networks) {
    if (inUse.has(Labels[LABELS.project] ?? '')) continue
    if (await engine.removeNetwork(Id)) removed.push(Name)
  }
  return removed
}
