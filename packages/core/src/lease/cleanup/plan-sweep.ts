import type { ContainerRecord, LeaseRecord } from '../../ports/document/lease-record.ts'
import { currentProcess, type ProcessIdentity } from '../../process/process-identity.ts'
import { expiredKept } from '../book/kept-namespaces.ts'
import { isBeingEnded, isBeingSwept, isLive, isUnheld, type LeaseBook } from '../book/lease-book.ts'
import { isInterrupted } from '../book/set-aside.ts'

/** What a sweep would do. */
export interface SweepPlan {
  /** Leases whose holder is dead, or gave them up undone. */
  readonly dead: readonly LeaseRecord[]
  /** Containers to end: idle for too long, not to be kept, or abandoned half-made. */
  readonly ended: readonly string[]
  /** Containers that were set aside for another one by a process that has died. */
  readonly interrupted: readonly string[]
  /** Containers that nobody holds any more, from now on idle. */
  readonly idle: readonly string[]
  /** Copies of namespaces that were kept for as long as the idle limit of their container. */
  readonly expired: readonly ExpiredCopies[]
}

/** The copies in one container. */
export interface ExpiredCopies {
  readonly containerId: string
  readonly namespaces: readonly string[]
}

/** What there is to clean up, going by the registry alone. */
export function planSweep(
  book: LeaseBook,
  now: number = Date.now(),
  self: ProcessIdentity = currentProcess(),
): SweepPlan {
  const dead = book.leases.filter((lease) => !isLive(lease, now) && !isBeingSwept(lease, self))
  const containers = Object.entries(book.containers)
  const ended = containers.filter(([id, record]) => shouldEnd(book, id, record, now, self)).map(([id]) => id)
  const idle = containers
    .filter(
      ([id, record]) =>
        !record.set_aside && !record.idle_since && !record.closing && isUnheld(book, id, record) && !ended.includes(id),
    )
    .map(([id]) => id)
  const interrupted = containers.filter(([, record]) => isInterrupted(book, record)).map(([id]) => id)
  const expired = containers
    .filter(([id, record]) => !record.set_aside && !record.closing && !ended.includes(id))
    .map(([containerId, record]) => ({ containerId, namespaces: expiredKept(book, record, now) }))
    .filter(({ namespaces }) => namespaces.length > 0)
  return { dead, ended, interrupted, idle, expired }
}

/** Whether there is anything to do. */
export function isEmpty(plan: SweepPlan): boolean {
  return Object.values(plan).every((parts) => parts.length === 0)
}

function shouldEnd(book: LeaseBook, id: string, record: ContainerRecord, now: number, self: ProcessIdentity): boolean {
  if (record.set_aside) return false
  if (record.closing) return !isBeingEnded(record, self)
  if (!isUnheld(book, id, record)) return false
  if (record.ready_boot === undefined || record.keep === 'stop') return true
  return record.idle_since !== undefined && now - Date.parse(record.idle_since) >= record.idle_timeout_ms
}
