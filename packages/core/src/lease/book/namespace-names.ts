import type { Isolation } from './acquire-options.ts'

/** What our own namespaces' names begin with, so that leftovers can be told from a user's. */
const PREFIX = 'IDT'
const OWN = /^IDT[0-9A-F]{8}[RW]\d+$/

/** How many of a Community licence's 8 connections workers may take before it is worth a word. */
const CONNECTION_BUDGET = 6

/**
 * The namespaces of a run: letters and digits only, as SQL identifiers without quotes must be. They carry the lease's id,
 * so that whoever cleans up knows whose they are.
 *
 * @see https://docs.intersystems.com/irislatest/csp/docbook/DocBook.UI.Page.cls?KEY=RSQL_createdatabase
 */
export function namespacesFor(leaseId: string, isolation: Isolation, workers: number): string[] {
  const owner = `${PREFIX}${leaseId.replaceAll('-', '').slice(0, 8).toUpperCase()}`
  if (isolation === 'shared') return []
  if (isolation === 'run') return [`${owner}R1`]
  return Array.from({ length: workers }, (_, index) => `${owner}W${index + 1}`)
}

/** Names among `existing` that are ours but belong to none of the runs that still hold a lease. */
export function leftovers(existing: readonly string[], held: readonly string[]): string[] {
  const needed = new Set(held)
  return existing.filter((name) => OWN.test(name.toUpperCase()) && !needed.has(name.toUpperCase()))
}

/** A word of warning when so many workers are likely to run a Community licence out of connections. */
export function licenseWarning(workers: number): string | undefined {
  if (workers <= CONNECTION_BUDGET) return undefined
  return `${workers} workers with a connection each come near the 8 connections of a Community licence; limit them to ${CONNECTION_BUDGET}, or use an image with a licence key.`
}
