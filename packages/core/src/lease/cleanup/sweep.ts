import { engineAt } from '../../engine/engine-at.ts'
import type { LeaseRecord } from '../../ports/document/lease-record.ts'
import type { PortRegistry } from '../../ports/port-registry.ts'
import { currentProcess } from '../../process/process-identity.ts'
import { forgetKept } from '../book/kept-namespaces.ts'
import { changeContainer, changeLease, holdersOf, isBeingSwept, isLive } from '../book/lease-book.ts'
import { endLease } from '../book/project-ports.ts'
import { dropNamespaces } from '../load/namespaces.ts'
import { type ExpiredCopies, planSweep } from './plan-sweep.ts'
import { removeUnknownContainers } from './reconcile.ts'
import { removeContainer } from './remove-container.ts'
import { settleSetAside } from './settle-set-aside.ts'

/** How long a container may take to drop a dead run's namespaces, in ms. */
const DROP_TIMEOUT_MS = 15_000

/** What a sweep has done, and what it couldn't do now, a line for each. */
export interface SweepReport {
  readonly done: readonly string[]
  readonly failed: readonly string[]
}

/**
 * Cleans up after runs that ended without doing so: drops their namespaces, forgets their leases, ends containers that
 * nobody needs any more and gives their ports back. Anyone may do it at any time; two at once do no harm. What can't be
 * done now, as an engine or a container doesn't answer, stays in the registry to be done later.
 */
export async function sweep(registry: PortRegistry): Promise<SweepReport> {
  const report = { done: [] as string[], failed: [] as string[] }
  const attempt = async (what: string, work: () => Promise<string | undefined>) => {
    try {
      const line = await work()
      if (line !== undefined) report.done.push(line)
    } catch (error) {
      report.failed.push(`${what}: ${(error as Error).message.split('\n')[0]}`)
    }
  }
  const { dead } = planSweep(await registry.read())
  await Promise.all(dead.map((lease) => attempt(`lease in ${lease.project_path}`, () => cleanUpLease(registry, lease))))
  const { idle, ended, expired } = planSweep(await registry.read())
  if (idle.length > 0) {
    await registry.update('idle', (draft) => {
      for (const id of planSweep(draft).idle) changeContainer(draft, id, { idle_since: new Date().toISOString() })
    })
  }
  await Promise.all(ended.map((id) => attempt(`container ${id.slice(0, 12)}`, () => endContainer(registry, id))))
  await Promise.all(
    expired.map((one) => attempt(`container ${one.containerId.slice(0, 12)}`, () => dropExpired(registry, one))),
  )
  // What a dead replacement had made is gone by now, and with it the name that the old container had.
  const { interrupted } = planSweep(await registry.read())
  await Promise.all(interrupted.map((id) => attempt(`container ${id.slice(0, 12)}`, () => settle(registry, id))))
  return report
}

async function settle(registry: PortRegistry, id: string): Promise<string | undefined> {
  const record = (await registry.read()).containers[id]
  if (!record?.set_aside) return undefined
  await settleSetAside({ engine: engineAt(record.engine), registry }, id)
  return `container ${record.name} of ${record.project_path} ${record.set_aside.replaced ? 'removed, as it was replaced' : 'is back, as its replacement failed'}`
}

/** What failed tests have left goes as a container does that nobody uses. */
async function dropExpired(
  registry: PortRegistry,
  { containerId, namespaces }: ExpiredCopies,
): Promise<string | undefined> {
  const record = (await registry.read()).containers[containerId]
  if (!record) return undefined
  const engine = engineAt(record.engine)
  const found = await engine.inspectContainer(containerId)
  // One that is stopped drops what nobody knows of when a run starts it again.
  if (found?.State.Status === 'running') {
    await dropNamespaces({ session: { engine, containerId, timeoutMs: DROP_TIMEOUT_MS } }, namespaces)
  }
  await registry.update('kept', (draft) => forgetKept(draft, containerId, namespaces))
  return `container ${record.name} of ${record.project_path}: kept namespaces ${namespaces.join(', ')} dropped`
}

async function endContainer(registry: PortRegistry, id: string): Promise<string | undefined> {
  const record = (await registry.read()).containers[id]
  if (!record) return undefined
  const ended = await removeContainer({ engine: engineAt(record.engine), registry, id })
  return ended ? `container ${record.name} of ${record.project_path} removed` : undefined
}

/** Does what the lease's holder would have done at its end. */
async function cleanUpLease(registry: PortRegistry, lease: LeaseRecord): Promise<string | undefined> {
  if (registry.isShared && !(await claimSweep(registry, lease))) return undefined
  const what = lease.container_id === undefined ? await dropHalfMade(registry, lease) : await dropOwn(registry, lease)
  await registry.update('swept', (draft) => endLease(draft, lease))
  return `lease of ${lease.runner} (pid ${lease.process.pid}) in ${lease.project_path} has ended${what}`
}

/** Of several machines that clean up, one does it for this lease. */
function claimSweep(registry: PortRegistry, { id }: LeaseRecord): Promise<boolean> {
  return registry.update('sweep', (draft) => {
    const lease = draft.leases.find((one) => one.id === id)
    if (!lease || isLive(lease) || isBeingSwept(lease, currentProcess())) return false
    changeLease(draft, id, { swept_by: currentProcess(), swept_since: new Date().toISOString() })
    return true
  })
}

/** A run that died between creating a container and recording it left one that nobody else knows of. */
async function dropHalfMade(registry: PortRegistry, { engine, project_path }: LeaseRecord): Promise<string> {
  if (engine === undefined) return ''
  const removed = await removeUnknownContainers(registry, engineAt(engine), project_path)
  return removed.map((line) => `, ${line}`).join('')
}

async function dropOwn(registry: PortRegistry, { container_id: id, namespaces }: LeaseRecord): Promise<string> {
  if (id === undefined || namespaces.length === 0) return ''
  const document = await registry.read()
  const record = document.containers[id]
  // With the container go its namespaces.
  if (!record || (record.keep === 'stop' && holdersOf(document, id).length === 0)) return ''
  const engine = engineAt(record.engine)
  try {
    await dropNamespaces({ session: { engine, containerId: id, timeoutMs: DROP_TIMEOUT_MS } }, namespaces)
  } catch (error) {
    if (await engine.inspectContainer(id)) throw error
    return ''
  }
  return `, namespaces ${namespaces.join(', ')} dropped`
}
