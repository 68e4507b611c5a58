import { differingFixed, type Fingerprints, parseFingerprints } from '../../container/settings-fingerprints.ts'
import type { ContainerRecord, LeaseRecord } from '../../ports/document/lease-record.ts'
import { livenessOf, type ProcessIdentity } from '../../process/process-identity.ts'

/** A holder that can't be judged by its process counts as dead when it hasn't renewed its lease for this long, in ms. */
export const RENEWAL_LIMIT_MS = 5 * 60_000

/** How long a clean-up on another machine may take before somebody else does it, in ms. */
export const WORK_LIMIT_MS = 60_000

/** Stands for a boot of which only its readiness is known. */
export const UNKNOWN_BOOT = 'unknown'

/** The part of the registry's document that leases live in. */
export interface LeaseBook {
  leases: LeaseRecord[]
  containers: Record<string, ContainerRecord>
}

/** Whether the lease is live: its holder is alive, as far as can be determined from here, and hasn't abandoned it. */
export function isLive(lease: LeaseRecord, now: number = Date.now(), liveness = livenessOf): boolean {
  if (lease.abandoned) return false
  const state = liveness(lease.process)
  if (state !== 'unknown') return state === 'alive'
  return now - Date.parse(lease.renewed_at ?? lease.acquired_at) < RENEWAL_LIMIT_MS
}

/** The live leases on a container, other than `except`. */
export function holdersOf(book: LeaseBook, containerId: string, except?: string): LeaseRecord[] {
  return book.leases.filter((lease) => lease.container_id === containerId && lease.id !== except && isLive(lease))
}

/** The live lease whose holder prepares the project's container: of those that have none yet, the oldest. */
export function preparerOf(book: LeaseBook, projectPath: string, except?: string): LeaseRecord | undefined {
  return book.leases.find(
    (lease) =>
      lease.project_path === projectPath && lease.container_id === undefined && lease.id !== except && isLive(lease),
  )
}

/** Whether no live run holds the container or is about to. */
export function isUnheld(book: LeaseBook, id: string, record: ContainerRecord): boolean {
  return holdersOf(book, id).length === 0 && preparerOf(book, record.project_path) === undefined
}

/** What a run wants of its project's container. */
export interface WantedContainer {
  readonly projectPath: string
  readonly engine: string
  /** Fingerprints of the settings it has to have. */
  readonly settings: Fingerprints
}

/** The warm candidate of a run: the container that the registry records as ready and with the settings wanted. */
export function readyContainerOf(book: LeaseBook, wanted: WantedContainer): string | undefined {
  return Object.entries(book.containers).find(
    ([, record]) =>
      record.project_path === wanted.projectPath &&
      record.engine === wanted.engine &&
      differingFixed(parseFingerprints(record.settings), wanted.settings).length === 0 &&
      record.ready_boot !== undefined &&
      record.set_aside === undefined &&
      record.closing === undefined,
  )?.[0]
}

/** New values for some of a record's keys; `undefined` takes the key away. */
type Change<T> = { readonly [Key in keyof T]?: T[Key] | undefined }

export function changeLease(book: LeaseBook, id: string, change: Change<LeaseRecord>): void {
  book.leases = book.leases.map((lease) => (lease.id === id ? compact<LeaseRecord>({ ...lease, ...change }) : lease))
}

export function removeLease(book: LeaseBook, id: string): void {
  book.leases = book.leases.filter((lease) => lease.id !== id)
}

export function changeContainer(book: LeaseBook, id: string, change: Change<ContainerRecord>): void {
  const record = book.containers[id]
  if (record) book.containers[id] = compact<ContainerRecord>({ ...record, ...change })
}

/**
 * Claims a container's end: from then on nobody attaches to it. Refused while another live lease holds it, or while
 * another live process ends it already. A claim whose process can't be judged from here is taken over: ids are never used
 * again, so two that end the same container do no harm.
 */
export function claimEnd(book: LeaseBook, id: string, by: ProcessIdentity, except?: string): boolean {
  const record = book.containers[id]
  if (holdersOf(book, id, except).length > 0) return false
  if (record && isBeingEnded(record, by)) return false
  changeContainer(book, id, { closing: by })
  return true
}

/** Whether a live process other than `self` is ending the container. */
export function isBeingEnded({ closing, closing_since }: ContainerRecord, self: ProcessIdentity): boolean {
  return isAtWork(closing, closing_since, self)
}

/** Whether a live process other than `self` cleans up after the lease's run. */
export function isBeingSwept({ swept_by, swept_since }: LeaseRecord, self: ProcessIdentity): boolean {
  return isAtWork(swept_by, swept_since, self)
}

/** One that can't be judged by its process has its time to do it. */
function isAtWork(by: ProcessIdentity | undefined, since: string | undefined, self: ProcessIdentity): boolean {
  if (by === undefined || isSame(by, self)) return false
  const liveness = livenessOf(by)
  if (liveness !== 'unknown') return liveness === 'alive'
  return since !== undefined && Date.now() - Date.parse(since) < WORK_LIMIT_MS
}

export function isSame(one: ProcessIdentity, other: ProcessIdentity): boolean {
  return one.pid === other.pid && one.startTime === other.startTime && one.host === other.host
}

function compact<T extends object>(record: Change<T>): T {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T
}
