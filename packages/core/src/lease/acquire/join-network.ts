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
export async function joinNetwork(
  { engine, registry, acquisition: { projectPath } }: HoldContext,
  { id }: { readonly id: string },
): Promise<void> {
  const name = networkName(projectPath, registry.registryId)
  const labels = { [LABELS.project]: folderOf(projectPath), [LABELS.registry]: registry.registryId }
  for (let attempt = 1; ; attempt += 1) {
    await engine.createNetwork(name, labels)
    try {
      return await engine.connectNetwork(name, id, [instanceOf(projectPath).toLowerCase()])
    } catch (error) {
      // Whoever ended the last of the earlier containers may just have removed it.
      if (!(error instanceof EngineError) || error.status !== 404 || attempt === TRIES) throw error
    }
  }
}
