import { ensureImage } from '../../container/pull-image.ts'
import type { ReservedPorts } from '../../container/reserved-ports.ts'
import { debugLog } from '../../debug/debug-log.ts'
import type { ContainerInspection } from '../../engine/engine-answers.ts'
import { summaryOf } from '../../errors/summary-of.ts'
import type { PortRegistry } from '../../ports/port-registry.ts'
import type { HoldContext } from '../book/hold-context.ts'
import { changeContainer } from '../book/lease-book.ts'
import { type IrisAssignments, irisAssignmentsOf, restoreAssignments, setAside } from '../book/set-aside.ts'
import { removeContainer, settleSetAside } from '../cleanup/index.ts'
import { describeDifferences } from './container-differences.ts'
import { createAndWait } from './create-and-wait.ts'
import { onProjectPorts, portsRequest } from './on-project-ports.ts'
import type { PreparedContainer } from './until-ready.ts'

const debug = debugLog('lease')

/** How long IRIS may take to shut down before it is killed, in seconds. */
const GRACE_SECONDS = 30

/**
 * Makes a container with the settings asked for in the place of one that has others. Everything that can refuse is asked
 * first: the image is there and the ports are reserved before the old container is stopped. It is removed when the new one
 * is ready, and started again when that fails. Gives nothing when a run has come meanwhile that holds the old one.
 *
 * @throws what a start throws; the old container is there again then.
 */
export async function replaceContainer(
  context: HoldContext,
  found: ContainerInspection,
): Promise<PreparedContainer | undefined> {
  const { engine, registry, acquisition, reporter, signal } = context
  const { projectPath, settings } = acquisition
  await ensureImage(engine, settings.image, {
    onProgress: (progress) => reporter.pulling(settings.image, progress),
    signal,
  })
  const differences = await describeDifferences(context, found)
  const before = irisAssignmentsOf(await registry.read(), projectPath)
  let isSetAside = false
  const start = async (ports: ReservedPorts) => {
    if (!isSetAside) {
      signal?.throwIfAborted()
      if (!(await stopAndRename(context, found, before))) return undefined
      isSetAside = true
      const name = found.Name.slice(1)
      reporter.warning(
        `Replacing container ${name}: ${differences.join('; ')}. Its data goes with it once the new one is ready.`,
      )
    }
    return createAndWait(context, ports)
  }
  let prepared: PreparedContainer | undefined
  try {
    prepared = await onProjectPorts(portsRequest(context), start)
  } catch (error) {
    if (isSetAside) await undo(context, found)
    else await registry.update('not replaced', (draft) => restoreAssignments(draft, projectPath, before))
    throw error
  }
  if (prepared) await removeOld(context, found)
  return prepared
}

/** Stops the old container and frees its name. */
async function stopAndRename(
  context: HoldContext,
  { Id: id, Name, State }: ContainerInspection,
  assignments: IrisAssignments,
): Promise<boolean> {
  const { engine, registry, acquisition, lease } = context
  const name = Name.slice(1)
  const record = {
    project_path: acquisition.projectPath,
    name,
    engine: engine.address,
    keep: acquisition.keep,
    idle_timeout_ms: acquisition.idleTimeoutMs,
  }
  const request = { id, record, wasRunning: State.Running, assignments, leaseId: lease.id }
  if (!(await registry.update('replace', (draft) => setAside(draft, request)))) return false
  try {
    if (State.Paused) await engine.unpauseContainer(id)
    if (State.Running) await engine.stopContainer(id, GRACE_SECONDS)
    await engine.renameContainer(id, `${name}_${id.slice(0, 6)}`)
    return true
  } catch (error) {
    await undo(context, { Id: id, Name })
    throw error
  }
}

/** The new one is ready whatever becomes of the old one, which the clean-up removes if that can't be done now. */
async function removeOld(
  { engine, registry, lease, reporter }: HoldContext,
  found: ContainerInspection,
): Promise<void> {
  try {
    await removeContainer({ engine, registry, id: found.Id, except: lease.id })
  } catch (error) {
    reporter.warning(`The replaced container is removed later: ${summaryOf(error)}`)
    await leaveToCleanUp(registry, found.Id)
  }
}

async function undo(
  { engine, registry, reporter }: HoldContext,
  { Id, Name }: Pick<ContainerInspection, 'Id' | 'Name'>,
): Promise<void> {
  try {
    await settleSetAside({ engine, registry }, Id)
    reporter.warning(`Container ${Name.slice(1)} is back, with its data.`)
  } catch (error) {
    reporter.warning(`Container ${Name.slice(1)} can't be brought back yet: ${summaryOf(error)}`)
    await leaveToCleanUp(registry, Id).catch((failure) => debug.swallowed('leave to clean-up', failure))
  }
}

/** Marks the replacement as abandoned by a dead process, so that the clean-up finishes or undoes it. */
function leaveToCleanUp(registry: PortRegistry, id: string): Promise<void> {
  return registry.update('replacement abandoned', (draft) => {
    const { set_aside } = draft.containers[id] ?? {}
    if (set_aside) changeContainer(draft, id, { set_aside: { ...set_aside, by: { ...set_aside.by, pid: 0 } } })
  })
}
