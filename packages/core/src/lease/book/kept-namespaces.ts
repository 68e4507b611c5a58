import type { ContainerRecord, KeptNamespaceRecord } from '../../ports/document/lease-record.ts'
import { changeContainer, type LeaseBook } from './lease-book.ts'

/** How many copies a container holds at most: each takes as much disk as its namespace. */
export const MOST_KEPT = 8

/**
 * Records a copy of a namespace before it is made. Where there are as many as there may be, the oldest of an earlier run goes
 * for it.
 *
 * @param current the copies of this run which are not to go; of a runner that watches, those of its current rerun.
 * @returns the copy to drop, if one goes; `full` when none may, or the container isn't known any more.
 */
export function recordKept(
  draft: LeaseBook,
  containerId: string,
  kept: KeptNamespaceRecord,
  current: readonly string[] = [],
): { readonly dropped: string | undefined } | 'full' {
  const record = draft.containers[containerId]
  if (!record) return 'full'
  const before = record.kept ?? []
  const dropped = before.length < MOST_KEPT ? undefined : before.find(({ namespace }) => !current.includes(namespace))
  if (before.length >= MOST_KEPT && !dropped) return 'full'
  changeContainer(draft, containerId, { kept: [...before.filter((one) => one !== dropped), kept] })
  return { dropped: dropped?.namespace }
}

/** Forgets copies that are gone. */
export function forgetKept(draft: LeaseBook, containerId: string, namespaces: readonly string[]): void {
  const left = (draft.containers[containerId]?.kept ?? []).filter(({ namespace }) => !namespaces.includes(namespace))
  changeContainer(draft, containerId, { kept: left.length > 0 ? left : undefined })
}

/** From now on the idle limit counts for what an ended run has kept. */
export function noteRunEnded(draft: LeaseBook, lease: string, at: Date = new Date()): void {
  for (const [id, { kept }] of Object.entries(draft.containers)) {
    if (!kept?.some((one) => one.lease === lease && one.run_ended === undefined)) continue
    changeContainer(draft, id, {
      kept: kept.map((one) => (one.lease === lease ? { run_ended: at.toISOString(), ...one } : one)),
    })
  }
}

/** The copies whose run ended longer ago than the container's idle limit. */
export function expiredKept(book: LeaseBook, record: ContainerRecord, now: number): string[] {
  return (record.kept ?? []).filter((one) => isExpired(book, record, one, now)).map(({ namespace }) => namespace)
}

function isExpired(
  { leases }: LeaseBook,
  { idle_timeout_ms }: ContainerRecord,
  { lease, at, run_ended }: KeptNamespaceRecord,
  now: number,
): boolean {
  // A lease that was lost, as from a registry that was cleared, has ended nowhere.
  if (run_ended === undefined && leases.some(({ id }) => id === lease)) return false
  return now - Date.parse(run_ended ?? at) >= idle_timeout_ms
}
