import { hasProjectFolder } from '../document/fleet-name.ts'
import { mayBeAlive } from '../document/lease-record.ts'

import { assignmentFromRecord, hasExpired, type PortAssignment } from '../document/port-assignment.ts'

import type { RegistryDocument } from '../document/registry-document.ts'
import { release } from '../document/transitions.ts'
import { notChecked } from './engine-watch.ts'
import { probePort } from './probe-port.ts'
import type { RegistryParts } from './registry-parts.ts'
import { type StaleAssignment, type StaleEvidence, staleAssignments } from './stale-assignments.ts'

/** Releases what nobody will miss. @returns it, with status `stale` */
export async function releaseStale({ watch, warn, writer, store }: RegistryParts): Promise<PortAssignment[]> {
  const outcome = await watch?.survey()
  if (outcome && !outcome.reached) warn(notChecked(outcome.problem))
  const survey = outcome?.reached ? outcome.survey : undefined
  const unused = await unusedPorts(expiredPorts((await store.read()).document))
  const found = { survey, registryId: store.registryId, isUnused: (port: number) => unused.has(port) }
  return writer.run((document) => {
    const stale = findStale(document, found)
    const value = stale.map(({ record }): PortAssignment => ({ ...assignmentFromRecord(record), status: 'stale' }))
    return stale.length === 0 ? { kind: 'done', value } : { kind: 'commit', next: withoutStale(document, stale), value }
  })
}

/**
 * The stale assignments, going by this machine's folders and processes.
 *
 * @param found `isUnused` says whether a port of {@link expiredPorts} was found to be bound by nobody
 */
export function findStale(
  document: RegistryDocument,
  found: Pick<StaleEvidence, 'survey' | 'registryId' | 'isUnused'>,
): StaleAssignment[] {
  return staleAssignments(document, { ...found, folderExists: hasProjectFolder, mayBeAlive, now: new Date() })
}

/** The ports whose time limit is over. They are given up only where nothing listens on them. */
export function expiredPorts(document: RegistryDocument): number[] {
  const now = new Date()
  return document.service_assignments.filter((one) => hasExpired(one, now)).map(({ port }) => port)
}

/** Those of the ports that nobody has bound now. */
export async function unusedPorts(ports: readonly number[]): Promise<ReadonlySet<number>> {
  const outcomes = await Promise.all(ports.map((port) => probePort(port, { udp: true })))
  return new Set(ports.filter((_, at) => outcomes[at] === 'free'))
}

/** The document without them; itself when there are none. */
export function withoutStale(document: RegistryDocument, stale: readonly StaleAssignment[]): RegistryDocument {
  return stale.reduce(
    (next, { record, reason }) => release(next, [record], { action: 'reclaimed', reason, at: new Date() }),
    document,
  )
}
