import { debugLog } from '../debug/debug-log.ts'
import type { ContainerSummary } from '../engine/engine-answers.ts'
import type { EngineClient } from '../engine/engine-client.ts'
import { livenessOf, type ProcessIdentity } from '../process/process-identity.ts'
import { LABELS } from './container-identity.ts'

const debug = debugLog('engine')

const TIMEOUT_MS = 2_000

/** Removes what one attempt at a start created, even if the engine never got to say so. Fails silently. */
export async function removeAttempt(engine: EngineClient, attempt: string): Promise<void> {
  const labels = [`${LABELS.attempt}=${attempt}`]
  const created = await engine.listContainers({ labels, timeoutMs: TIMEOUT_MS }).catch((error) => {
    debug.swallowed('look for what a failed start left', error)
    return []
  })
  await Promise.allSettled(created.map(({ Id }) => engine.removeContainer(Id)))
}

/**
 * Removes containers of `IRISContainer` whose process died without stopping them. Only a process of this host and boot
 * that is known to be dead counts; one of another host is never judged. Their ports stay assigned to their project until
 * it, or somebody who finds no other, takes them.
 *
 * @param registryId only containers of this registry; empty for those without one.
 * @returns the removed containers' names.
 */
export async function removeOrphans(engine: EngineClient, registryId: string): Promise<string[]> {
  const listed = await engine.listContainers({ labels: [`${LABELS.owner}=container`, LABELS.process] })
  const orphans = listed.filter(({ Labels }) => Labels[LABELS.registry] === registryId && isOrphaned(Labels))
  await Promise.all(orphans.map(({ Id }) => engine.removeContainer(Id)))
  return orphans.map(({ Names }) => (Names[0] ?? '').replace(/^\//, ''))
}

function isOrphaned(labels: ContainerSummary['Labels']): boolean {
  try {
    return livenessOf(JSON.parse(labels[LABELS.process] ?? '') as ProcessIdentity) === 'dead'
  } catch {
    // A label of another form tells of no process.
    return false
  }
}
