import type { Isolation } from './acquire-options.ts'

/** What our own namespaces' names begin with, so that leftovers can be told from a user's. */
const PREFIX = 'IDT'
const OWN = /^IDT[0-9A-F]{8}[RWFK]\d+$/

/** How many of a Community licence's 8 connections workers may take before it is worth a word. */
const CONNECTION_BUDGET = 6

/**
 * The namespaces of a run: letters and digits only, as SQL identifiers without quotes must be. They carry the lease's id,
 * so that whoever cleans up knows whose they are.
 *
 * @see https://docs.intersystems.com/irislatest/csp/docbook/DocBook.UI.Page.cls?KEY=RSQL_createdatabase
 */
export function namespacesFor(leaseId: string, isolation: Isolation, workers: number): string[] {
  if (isolation === 'shared') return []
  if (isolation === 'run') return [`${ownerOf(leaseId)}R1`]
  if (isolation === 'file') return Array.from({ length: workers }, (_, index) => fileNamespace(leaseId, index + 1))
  return Array.from({ length: workers }, (_, index) => `${ownerOf(leaseId)}W${index + 1}`)
}

/** A test file's namespace; `number` counts from 1 through the run, so that no name is ever used twice. */
export function fileNamespace(leaseId: string, number: number): string {
  return `${ownerOf(leaseId)}F${number}`
}

/** The name of a copy of one of a run's namespaces; `number` counts from 1 through the run. */
export function keptNamespace(leaseId: string, number: number): string {
  return `${ownerOf(leaseId)}K${number}`
}

function ownerOf(leaseId: string): string {
  return `${PREFIX}${leaseId.replaceAll('-', '').slice(0, 8).toUpperCase()}`
}

/**
 * How many namespaces are kept ready for the next test files: one for each worker, as they may all end a file at once. Where
 * the workers take the connections that a Community licence has to give, one; it is made when a connection is free.
 */
export function namespacesAhead(workers: number): number {
  return workers < CONNECTION_BUDGET ? workers : 1
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
