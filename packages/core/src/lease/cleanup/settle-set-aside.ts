import type { EngineClient } from '../../engine/engine-client.ts'
import type { PortRegistry } from '../../ports/port-registry.ts'
import { restoreSetAside } from '../book/set-aside.ts'
import { forgetContainer, removeContainer } from './remove-container.ts'

export interface SetAsideAccess {
  readonly engine: EngineClient
  readonly registry: PortRegistry
}

/**
 * Ends what a replacement has begun: removes the container that was set aside when the other one is ready, and brings it
 * back when not. Two processes may do it at once.
 *
 * @throws EngineError when the engine can't do it now; it can be tried again.
 */
export async function settleSetAside({ engine, registry }: SetAsideAccess, id: string): Promise<void> {
  const { containers } = await registry.read()
  const record = containers[id]
  if (!record?.set_aside) return
  if (record.set_aside.replaced) {
    await removeContainer({ engine, registry, id })
    return
  }
  // What a dead replacement left half-made has the name and the ports that are needed.
  for (const [other, { project_path, ready_boot, set_aside }] of Object.entries(containers)) {
    const isHalfMade = project_path === record.project_path && !set_aside && ready_boot === undefined
    if (isHalfMade) await removeContainer({ engine, registry, id: other })
  }
  const found = await engine.inspectContainer(id)
  if (!found) return forgetContainer({ registry, id })
  if (found.Name.slice(1) !== record.name) await engine.renameContainer(id, record.name)
  await registry.update('restored', (draft) => restoreSetAside(draft, id))
  if (record.set_aside.was_running) await engine.startContainer(id)
}
