import { LABELS } from '../../container/container-identity.ts'
import { readSettings } from '../../container/settings-file.ts'
import type { ContainerInspection } from '../../engine/engine-answers.ts'
import type { RegistryDocument } from '../../ports/document/registry-document.ts'
import { currentProcess } from '../../process/process-identity.ts'
import type { HoldContext } from '../book/hold-context.ts'
import { holdersOf, isBeingEnded, preparerOf } from '../book/lease-book.ts'
import { isInterrupted } from '../book/set-aside.ts'
import { forgetContainer, settleSetAside } from '../cleanup/index.ts'
import { type Decision, decide } from './decide.ts'

/** A project's container, as the registry and the engine have it at one moment. */
export interface ProjectView {
  readonly document: RegistryDocument
  readonly found: ContainerInspection | undefined
  /** Whether the container has been ready at some time, so that it may hold data. */
  readonly wasReady: boolean
}

/**
 * Looks for the project's container: the recorded one, else one that carries the project's labels. A recorded one that is
 * gone is forgotten at once, as it keeps ports that nobody uses.
 */
export async function viewProject(context: HoldContext): Promise<ProjectView> {
  const { engine, registry, acquisition } = context
  const { projectPath } = acquisition
  const document = await registry.read()
  for (const [id, record] of Object.entries(document.containers)) {
    if (record.project_path !== projectPath || record.engine !== engine.address) continue
    if (record.set_aside) {
      if (!isInterrupted(document, record)) continue
      // Whoever was to replace it is gone: what it holds comes back before anything else is made.
      await settleSetAside({ engine, registry }, id)
      return viewProject(context)
    }
    const found = await engine.inspectContainer(id)
    if (found) return { document, found, wasReady: record.ready_boot !== undefined }
    await forgetContainer({ registry, id })
  }
  const listed = await engine.listContainers({
    labels: [`${LABELS.project}=${projectPath}`, `${LABELS.registry}=${registry.registryId}`, `${LABELS.owner}=lease`],
  })
  const unknown = listed.find(({ Id }) => document.containers[Id] === undefined)
  const found = unknown && (await engine.inspectContainer(unknown.Id))
  // The registry may have been lost since it was ready; a container carries its settings from then on.
  return { document, found, wasReady: found !== undefined && (await readSettings(engine, found.Id)) !== undefined }
}

/** What the run has to do next. */
export function decideNext(context: HoldContext, { document, found, wasReady }: ProjectView): Decision {
  const { acquisition, wanted, lease } = context
  const { projectPath, preferredPort, preferredWebPort, replace } = acquisition
  const record = found && document.containers[found.Id]
  const preparer = preparerOf(document, projectPath)
  return decide({
    container: found,
    record,
    wasReady,
    wanted,
    replace,
    preferredPort,
    preferredWebPort,
    preparing: preparer?.id === lease.id || (preparer === undefined && !isBound(context, document)),
    holders: found ? holdersOf(document, found.Id, lease.id) : [],
    beingEnded: record !== undefined && isBeingEnded(record, currentProcess()),
  })
}

/** Whether the run's lease is on a container already. */
export function isBound({ lease }: HoldContext, { leases }: RegistryDocument): boolean {
  return leases.some(({ id, container_id }) => id === lease.id && container_id !== undefined)
}
