import { LABELS } from '../container/container-identity.ts'
import type { EngineClient } from '../engine/engine-client.ts'
import type { ContainerRecord, LeaseRecord } from '../ports/lease-record.ts'
import type { PortRegistry } from '../ports/port-registry.ts'
import type { RegistryDocument } from '../ports/registry-document.ts'
import { livenessOf } from '../process/process-identity.ts'
import { changeContainer, holdersOf, isLive, preparerOf, removeLease } from './lease-book.ts'
import { dropNamespaces } from './namespaces.ts'
import { forgetContainer, removeContainer } from './remove-container.ts'

/** What a sweep would do. */
export interface SweepPlan {
  /** Leases whose holder is dead. */
  readonly dead: readonly LeaseRecord[]
  /** Containers to end: idle for too long, not to be kept, or abandoned half-made. */
  readonly ended: readonly string[]
  /** Containers that nobody holds any more, from now on idle. */
  readonly idle: readonly string[]
}

/** What there is to clean up, by the registry's word alone. */
export function planSweep(document: RegistryDocument, now: number = Date.now()): SweepPlan {
  const dead = document.leases.filter((lease) => !isLive(lease, now))
  const containers = Object.entries(document.containers)
  const ended = containers.filter(([id, record]) => isOver(document, id, record, now)).map(([id]) => id)
  const idle = containers
    .filter(([id, record]) => record.idle_since === undefined && isFree(document, id, record) && !ended.includes(id))
    .map(([id]) => id)
  return { dead, ended, idle }
}

/** Whether there is anything to do. */
export function isEmpty({ dead, ended, idle }: SweepPlan): boolean {
  return dead.length === 0 && ended.length === 0 && idle.length === 0
}

function isFree(document: RegistryDocument, id: string, record: ContainerRecord): boolean {
  return holdersOf(document, id).length === 0 && preparerOf(document, record.project_path) === undefined
}

function isOver(document: RegistryDocument, id: string, record: ContainerRecord, now: number): boolean {
  if (record.closing) return livenessOf(record.closing) === 'dead'
  if (!isFree(document, id, record)) return false
  if (record.ready_boot === undefined || record.keep === 'stop') return true
  return record.idle_since !== undefined && now - Date.parse(record.idle_since) >= record.idle_timeout_ms
}

/**
 * Cleans up after runs that ended without doing so: drops their namespaces, forgets their leases, ends containers that
 * nobody needs any more and gives their ports back. Anyone may do it at any time; two at once do no harm.
 *
 * @returns a line for each thing done.
 */
export async function sweep(registry: PortRegistry, engine: EngineClient): Promise<string[]> {
  const done: string[] = []
  for (const lease of planSweep(await registry.read()).dead) {
    const kept = await dropLeftovers(registry, engine, lease)
    await registry.update('swept', (draft) => removeLease(draft, lease.id))
    done.push(`lease of ${lease.runner} (pid ${lease.process.pid}) in ${lease.project_path} has ended${kept}`)
  }
  const { idle, ended } = planSweep(await registry.read())
  if (idle.length > 0) {
    await registry.update('idle', (draft) => {
      for (const id of planSweep(draft).idle) changeContainer(draft, id, { idle_since: new Date().toISOString() })
    })
  }
  for (const id of ended) {
    if (await removeContainer({ engine, registry, id })) done.push(`container ${id.slice(0, 12)} removed`)
  }
  return done
}

/**
 * Compares the registry with the engine: forgets containers that are gone, and ends those of this registry that it
 * knows nothing of and nobody is about to use.
 *
 * @returns a line for each thing done.
 */
export async function reconcile(registry: PortRegistry, engine: EngineClient): Promise<string[]> {
  const done: string[] = []
  const listed = await engine.listContainers({
    labels: [`${LABELS.registry}=${registry.folder}`, `${LABELS.owner}=lease`],
  })
  const document = await registry.read()
  const present = new Set(listed.map(({ Id }) => Id))
  for (const [id, record] of Object.entries(document.containers)) {
    if (present.has(id) || record.engine !== engine.address || (await engine.inspectContainer(id))) continue
    await forgetContainer({ engine, registry, id })
    done.push(`container ${record.name} is gone, forgotten`)
  }
  for (const { Id, Labels } of listed) {
    const projectPath = Labels[LABELS.project] ?? ''
    // A creation that is under way has its lease before its container, and its record right after.
    if (document.containers[Id] || preparerOf(document, projectPath)) continue
    if (await removeContainer({ engine, registry, id: Id })) done.push(`unknown container ${Id.slice(0, 12)} removed`)
  }
  return done
}

async function dropLeftovers(registry: PortRegistry, engine: EngineClient, lease: LeaseRecord): Promise<string> {
  const { container_id: containerId, namespaces } = lease
  if (containerId === undefined || namespaces.length === 0) return ''
  const document = await registry.read()
  const record = document.containers[containerId]
  // With the container go its namespaces.
  if (!record || (record.keep === 'stop' && holdersOf(document, containerId).length === 0)) return ''
  try {
    await dropNamespaces({ session: { engine, containerId } }, namespaces)
    return `, namespaces ${namespaces.join(', ')} dropped`
  } catch (error) {
    // A container that doesn't answer must not hold up the others; its next boot drops what nobody holds.
    return `, namespaces ${namespaces.join(', ')} not dropped: ${(error as Error).message.split('\n')[0]}`
  }
}
