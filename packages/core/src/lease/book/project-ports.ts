import type { LeaseRecord } from '../../ports/document/lease-record.ts'
import { findAssignment, type StoredAssignment } from '../../ports/document/port-assignment.ts'
import type { RegistryDocument } from '../../ports/document/registry-document.ts'
import { release } from '../../ports/document/transitions.ts'
import { noteRunEnded } from './kept-namespaces.ts'
import { preparerOf, removeLease } from './lease-book.ts'

/**
 * Ends a lease in the registry's draft. Ports that it had reserved for a container which then never came to be go with
 * it, unless another run of the project is about to use them.
 */
export function endLease(
  draft: RegistryDocument,
  lease: Pick<LeaseRecord, 'id' | 'project_path' | 'acquired_at'>,
): void {
  removeLease(draft, lease.id)
  noteRunEnded(draft, lease.id)
  if (needsPorts(draft, lease.project_path)) return
  const since = Date.parse(lease.acquired_at)
  // A container gives its name to its assignments as soon as it is there. One without a name that a person made by hand
  // stays, if it was there before the run.
  const reserved = assignmentsOf(draft, lease.project_path).filter(
    ({ container_name, assignment_type, assigned_at }) =>
      container_name === null && (assignment_type === 'auto' || Date.parse(assigned_at) >= since),
  )
  releaseAll(draft, reserved, 'run ended')
}

/** Gives a project's ports back after its container has ended, unless a run or another container counts on them. */
export function releasePorts(draft: RegistryDocument, projectPath: string, except?: string): void {
  if (needsPorts(draft, projectPath, except)) return
  releaseAll(draft, assignmentsOf(draft, projectPath), 'container ended')
}

/** A run that holds a container which is gone needs no ports; one that is about to create another does. */
function needsPorts(document: RegistryDocument, projectPath: string, except?: string): boolean {
  return (
    preparerOf(document, projectPath, except) !== undefined ||
    Object.values(document.containers).some((one) => one.project_path === projectPath)
  )
}

function assignmentsOf(document: RegistryDocument, projectPath: string): StoredAssignment[] {
  return (['iris', 'iris-web'] as const).flatMap((service) => findAssignment(document, projectPath, service) ?? [])
}

function releaseAll(draft: RegistryDocument, assignments: readonly StoredAssignment[], reason: string): void {
  if (assignments.length === 0) return
  Object.assign(draft, release(draft, assignments, { action: 'released', reason, at: new Date() }))
}
