import type { RegistryDocument } from '@iris-devtester/core/ports'

/** How many entries of the history are kept. */
const HISTORY_LIMIT = 100

/**
 * What was read before, with the rows of the projects in `touched` as they are now, and the history since at its head. What
 * isn't changed is the very same: there may be thousands of it, and a few that were.
 */
export function mergeDocument(
  old: RegistryDocument,
  fresh: RegistryDocument,
  touched: readonly string[],
): RegistryDocument {
  const about = new Set(touched)
  const byService = (one: { readonly project_path: string; readonly service?: string }) =>
    `${one.service ?? ''}\0${one.project_path}`
  return {
    ...fresh,
    assignments: merged(about, old.assignments, fresh.assignments, byService),
    service_assignments: merged(about, old.service_assignments, fresh.service_assignments, byService),
    remembered: merged(about, old.remembered, fresh.remembered, byService),
    leases: merged(about, old.leases, fresh.leases, ({ id }) => id),
    imported: [...old.imported.filter((path) => !about.has(path)), ...fresh.imported],
    folders: replaced(old.folders, fresh.folders, touched),
    containers: replaced(
      old.containers,
      fresh.containers,
      Object.entries(old.containers).flatMap(([id, one]) => (about.has(one.project_path) ? [id] : [])),
    ),
    history: [...fresh.history, ...old.history].slice(0, HISTORY_LIMIT),
  }
}

/** In their places, so that lists have one order for all who read them. */
function merged<T extends { readonly project_path: string }>(
  about: ReadonlySet<string>,
  known: T[],
  sent: readonly T[],
  keyOf: (one: T) => string,
): T[] {
  if (known.length === 0) return [...sent]
  const byKey = new Map(sent.map((one) => [keyOf(one), one]))
  const list: T[] = []
  for (const one of known) {
    if (!about.has(one.project_path)) {
      list.push(one)
      continue
    }
    const key = keyOf(one)
    const next = byKey.get(key)
    byKey.delete(key)
    if (next) list.push(next)
  }
  for (const one of byKey.values()) list.push(one)
  return list
}

/** The records without those that are meant, and with those that were sent. */
function replaced<T>(records: Record<string, T>, sent: Record<string, T>, keys: readonly string[]): Record<string, T> {
  const gone = keys.filter((key) => Object.hasOwn(records, key))
  if (gone.length === 0 && Object.keys(sent).length === 0) return records
  const rest = { ...records }
  for (const key of gone) delete rest[key]
  return Object.assign(rest, sent)
}
