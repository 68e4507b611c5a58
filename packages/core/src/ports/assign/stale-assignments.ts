import type { LeaseRecord } from '../document/lease-record.ts'
import { allAssignments, hasExpired, type StoredAssignment } from '../document/port-assignment.ts'
import type { RegistryDocument } from '../document/registry-document.ts'
import type { EngineSurvey, SurveyedContainer } from './survey-engine.ts'

/** What can be known of an assignment's owner. */
export interface StaleEvidence {
  /** `undefined` when the engine didn't answer, which proves nothing. */
  readonly survey: EngineSurvey | undefined
  /** The registry that the assignments are in: a container of another one is none of theirs. */
  readonly registryId: string
  readonly folderExists: (path: string) => boolean
  /** Whether the lease's holder lives, or may live for all that is known. */
  readonly mayBeAlive: (lease: LeaseRecord) => boolean
  /** When the time limits are looked at. */
  readonly now: Date
  /** Whether nobody has bound the port, as far as that is known. */
  readonly isUnused: (port: number) => boolean
}

export interface StaleAssignment {
  readonly record: StoredAssignment
  readonly reason: string
}

/**
 * The assignments nobody will miss: marked so, or with a time limit that is over while nothing listens on the port, or with a container that is gone, or of a project folder that was there
 * and has been deleted. None of them while a run holds it, or while its container is there in whatever state.
 */
export function staleAssignments(document: RegistryDocument, evidence: StaleEvidence): StaleAssignment[] {
  const held = new Set(document.leases.filter(evidence.mayBeAlive).map((lease) => lease.project_path))
  const stale: StaleAssignment[] = []
  for (const record of allAssignments(document)) {
    if (held.has(record.project_path)) continue
    const reason = reasonFor(document, record, evidence)
    if (reason !== undefined) stale.push({ record, reason })
  }
  return stale
}

function reasonFor(document: RegistryDocument, record: StoredAssignment, evidence: StaleEvidence): string | undefined {
  const { project_path, container_name } = record
  if (record.status === 'stale') return 'marked as stale'
  if (hasExpired(record, evidence.now) && evidence.isUnused(record.port)) return 'its time limit is over'
  const container = containerState(document, record, evidence)
  if (container === 'there') return undefined
  if (container === 'gone' && container_name) return `its container ${container_name} is gone`
  const folderGone = Object.hasOwn(document.folders, project_path) && !evidence.folderExists(project_path)
  return folderGone && !container_name ? 'its project folder has been deleted' : undefined
}

function containerState(
  document: RegistryDocument,
  { project_path, container_name }: StoredAssignment,
  { survey, registryId }: StaleEvidence,
): 'there' | 'gone' | 'unknown' {
  if (!survey) return 'unknown'
  const known = Object.entries(document.containers).filter(([, one]) => one.project_path === project_path)
  const ids = new Set(known.map(([id]) => id))
  const isOwn = ({ project, registry, name, id }: SurveyedContainer) =>
    (project === project_path && (registry ?? registryId) === registryId) || name === container_name || ids.has(id)
  if (survey.containers.some(isOwn)) return 'there'
  // It was made on another engine, which nobody asked.
  return known.some(([, one]) => one.engine !== survey.engine) ? 'unknown' : 'gone'
}
