import type { RegistryDocument } from '@iris-devtester/core/ports'
import type { ReadDocument } from './read-document.ts'

/** How many entries of the history are kept. */
const HISTORY_LIMIT = 100

/** What was read before, with the rows of the projects in `touched` as they are now, and the history since at its head. */
export function mergeDocument(before: ReadDocument, now: ReadDocument, touched: readonly string[]): ReadDocument {
  const about = new Set(touched)
  const [old, fresh] = [before.document, now.document]
  const list = <T extends { readonly project_path: string }>(
    known: readonly T[],
    sent: readonly T[],
    keyOf: (one: T) => string,
  ): T[] => {
    if (about.size === 0) return [...known]
    const byKey = new Map(sent.map((one) => [keyOf(one), one]))
    // In their places, so that lists have one order for all who read them.
    const kept = known.flatMap((one) => {
      if (!about.has(one.project_path)) return [one]
      const key = keyOf(one)
      const next = byKey.get(key)
      byKey.delete(key)
      return next ? [next] : []
    })
    return [...kept, ...byKey.values()]
  }
  const byService = (one: { readonly project_path: string; readonly service?: string }) =>
    `${one.service ?? ''}\0${one.project_path}`
  const document: RegistryDocument = {
    ...fresh,
    assignments: list(old.assignments, fresh.assignments, byService),
    service_assignments: list(old.service_assignments, fresh.service_assignments, byService),
    remembered: list(old.remembered, fresh.remembered, byService),
    leases: list(old.leases, fresh.leases, ({ id }) => id),
    imported: [...old.imported.filter((path) => !about.has(path)), ...fresh.imported],
    folders: { ...without(old.folders, about, (path) => path), ...fresh.folders },
    containers: { ...without(old.containers, about, (_, one) => one.project_path), ...fresh.containers },
    history: [...fresh.history, ...old.history].slice(0, HISTORY_LIMIT),
  }
  return { document, versions: new Map([...before.versions, ...now.versions]) }
}

function without<T>(
  records: Record<string, T>,
  about: ReadonlySet<string>,
  projectOf: (key: string, one: T) => string,
): Record<string, T> {
  const rest = { ...records }
  for (const key in rest) if (about.has(projectOf(key, rest[key] as T))) delete rest[key]
  return rest
}
