import { hasProjectFolder } from '../document/fleet-name.ts'
import { mayBeAlive } from '../document/lease-record.ts'
import { assignmentFromRecord, type PortAssignment } from '../document/port-assignment.ts'
import type { RegistryDocument } from '../document/registry-document.ts'
import { release } from '../document/transitions.ts'
import { notChecked } from './engine-watch.ts'
import type { RegistryParts } from './registry-parts.ts'
import { type StaleAssignment, staleAssignments } from './stale-assignments.ts'
import type { EngineSurvey } from './survey-engine.ts'

/** Releases what nobody will miss. @returns it, with status `stale` */
export async function releaseStale({ watch, warn, writer }: RegistryParts): Promise<PortAssignment[]> {
  const outcome = await watch?.survey()
  if (outcome && !outcome.reached) warn(notChecked(outcome.problem))
  const survey = outcome?.reached ? outcome.survey : undefined
  return writer.run((document) => {
    const stale = findStale(document, survey)
    const value = stale.map(({ record }): PortAssignment => ({ ...assignmentFromRecord(record), status: 'stale' }))
    return stale.length === 0 ? { kind: 'done', value } : { kind: 'commit', next: withoutStale(document, stale), value }
  })
}

/** The stale assignments, going by this machine's folders and processes. */
export function findStale(document: RegistryDocument, survey: EngineSurvey | undefined): StaleAssignment[] {
  return staleAssignments(document, { survey, folderExists: hasProjectFolder, mayBeAlive })
}

/** The document without them; itself when there are none. */
export function withoutStale(document: RegistryDocument, stale: readonly StaleAssignment[]): RegistryDocument {
  return stale.reduce(
    (next, { record, reason }) => release(next, [record], { action: 'reclaimed', reason, at: new Date() }),
    document,
  )
}
