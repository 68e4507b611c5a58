import type { RegistryDocument } from '@iris-devtester/core/ports'

/** Records by key. */
export type Entries<T> = readonly (readonly [string, T])[]

/** What became of the records with keys. */
export interface Difference<T> {
  /** Not there any more. */
  readonly gone: Entries<T>
  /** New or changed, as they are now. */
  readonly put: Entries<T>
  /** Changed, as they were. */
  readonly replaced: Entries<T>
}

/** What makes one list of records of another. */
export function difference<T>(before: Entries<T>, after: Entries<T>): Difference<T> {
  if (before.length === 0 && after.length === 0) return { gone: [], put: [], replaced: [] }
  const old = new Map(before)
  const now = new Map(after)
  const put = [...now].filter(([key, value]) => !isSame(old.get(key), value))
  return {
    gone: [...old].filter(([key]) => !now.has(key)),
    put,
    replaced: put.flatMap(([key]) => (old.has(key) ? [[key, old.get(key) as T] as const] : [])),
  }
}

/** The lists of a document. */
export type Listed = {
  readonly [K in 'assignments' | 'service_assignments' | 'remembered' | 'leases']: Readonly<RegistryDocument[K]>
}

/** The difference of what `entriesOf` makes of two documents, looking only at records that aren't the very same in both. */
export function changed<T>(before: Listed, after: Listed, entriesOf: (document: Listed) => Entries<T>): Difference<T> {
  return difference(entriesOf(without(before, after)), entriesOf(without(after, before)))
}

/** The difference of one part of two documents; a part that is the very same in both isn't looked at. */
export function changedPart<P, T>(before: P, after: P, entriesOf: (part: P) => Entries<T>): Difference<T> {
  return before === after ? difference<T>([], []) : difference(entriesOf(before), entriesOf(after))
}

function without(document: Listed, other: Listed): Listed {
  return {
    assignments: rest(document.assignments, other.assignments),
    service_assignments: rest(document.service_assignments, other.service_assignments),
    remembered: rest(document.remembered, other.remembered),
    leases: rest(document.leases, other.leases),
  }
}

/** The records that aren't in the other list, which mostly begins and ends with the very same. */
function rest<R>(records: readonly R[], others: readonly R[]): readonly R[] {
  if (records === others) return []
  let start = 0
  while (start < records.length && start < others.length && records[start] === others[start]) start += 1
  let [end, otherEnd] = [records.length, others.length]
  while (end > start && otherEnd > start && records[end - 1] === others[otherEnd - 1]) {
    end -= 1
    otherEnd -= 1
  }
  if (end === start) return []
  const known = new Set(others.slice(start, otherEnd))
  return records.slice(start, end).filter((one) => !known.has(one))
}

/** Whether two records say the same. */
export function isSame(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other)
}
