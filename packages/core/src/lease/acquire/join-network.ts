import { LABELS, networkName } from '../../container/container-identity.ts'
import { EngineError } from '../../engine/engine-error.ts'
import { folderOf, instanceOf } from '../../ports/document/project-path.ts'
import type { HoldContext } from '../book/hold-context.ts'

const TRIES = 3

/**
 * Puts the container into its project's network, where the project's other instances reach it by its instance's name. The
 * network is made where it isn't there; it goes with the last of its containers.
 *
 * @throws EngineError
 */
export async function joinNetwork(context: HoldContext, { id }: { readonly id: string }): Promise<void> {
  const alias = instanceOf(context.acquisition.projectPath).toLowerCase()
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await context.engine.connectNetwork(await findOrCreate(context), id, [alias])
    } catch (error) {
      // Whoever ended the last of the earlier containers may just have removed it.
      if (!(error instanceof EngineError) || error.status !== 404 || attempt === TRIES) throw error
    }
  }
}

/** Of those that several made at once, the oldest counts: who made another one takes it away again. */
async function findOrCreate({ engine, registry, acquisition: { projectPath } }: HoldContext): Promise<string> {
  const name = networkName(projectPath, registry.registryId)
  const labels = { [LABELS.project]: folderOf(projectPath), [LABELS.registry]: registry.registryId }
  const wanted = { labels: Object.entries(labels).map((entry) => entry.join('=')) }
  const [known] = await engine.listNetworks(wanted)
  if (known) return known.Id
  const own = await engine.createNetwork(name, labels)
  const [oldest] = await engine.listNetworks(wanted)
  if (oldest === undefined || oldest.Id === own) return own
  await engine.removeNetwork(own)
  return oldest.Id
}
