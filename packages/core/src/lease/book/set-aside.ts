import type { ServiceAssignmentRecord } from '../../ports/document/assignment-record.ts'
import type { ContainerRecord, SetAsideRecord } from '../../ports/document/lease-record.ts'
import { allAssignments, findAssignment, serviceOf } from '../../ports/document/port-assignment.ts'
import type { RegistryDocument } from '../../ports/document/registry-document.ts'
import { currentProcess, livenessOf } from '../../process/process-identity.ts'
import { changeContainer, holdersOf, isSame, type LeaseBook, preparerOf } from './lease-book.ts'

const SERVICES = ['iris', 'iris-web'] as const

/** A project's ports of IRIS, as they were before a replacement. */
export type IrisAssignments = SetAsideRecord['assignments']

export function irisAssignmentsOf(document: RegistryDocument, projectPath: string): IrisAssignments {
  return SERVICES.flatMap((service) => {
    const record = findAssignment(document, projectPath, service)
    return record ? [{ service, record: { ...record } }] : []
  })
}

/** Which container is set aside, and what it takes to bring it back. */
export interface SettingAside {
  readonly id: string
  /** For one that the registry doesn't know. */
  readonly record: ContainerRecord
  readonly wasRunning: boolean
  readonly assignments: IrisAssignments
  /** The lease of whoever does it. */
  readonly leaseId: string
}

/** Marks a container as set aside, in the registry's draft. Refused while another live run holds it or somebody ends it. */
export function setAside(
  draft: RegistryDocument,
  { id, record, wasRunning, assignments, leaseId }: SettingAside,
): boolean {
  if (holdersOf(draft, id, leaseId).length > 0 || draft.containers[id]?.closing) return false
  draft.containers[id] = {
    ...record,
    ...draft.containers[id],
    set_aside: { by: currentProcess(), was_running: wasRunning, assignments },
  }
  return true
}

/** Notes in the registry's draft that the container which took the place of those that this process set aside is ready. */
export function noteReplaced(draft: LeaseBook, projectPath: string): void {
  for (const [id, { project_path, set_aside }] of Object.entries(draft.containers)) {
    if (project_path !== projectPath || !set_aside || !isSame(set_aside.by, currentProcess())) continue
    changeContainer(draft, id, { set_aside: { ...set_aside, replaced: true } })
  }
}

/** Whether whoever set a container aside is gone, so that somebody else has to finish or undo it. */
export function isInterrupted(book: LeaseBook, { set_aside, project_path }: ContainerRecord): boolean {
  if (!set_aside) return false
  const liveness = livenessOf(set_aside.by)
  return liveness === 'dead' || (liveness === 'unknown' && preparerOf(book, project_path) === undefined)
}

/** The container is its project's again, on its own ports. */
export function restoreSetAside(draft: RegistryDocument, id: string): void {
  const { project_path, set_aside } = draft.containers[id] ?? {}
  if (project_path === undefined || !set_aside) return
  changeContainer(draft, id, { set_aside: undefined, closing: undefined })
  restoreAssignments(draft, project_path, set_aside.assignments)
}

/** Gives a project the ports back that it had before a replacement, in the registry's draft. */
export function restoreAssignments(draft: RegistryDocument, projectPath: string, before: IrisAssignments): void {
  for (const one of before) restoreAssignment(draft, projectPath, one)
}

function restoreAssignment(
  draft: RegistryDocument,
  projectPath: string,
  { service, record }: IrisAssignments[number],
): void {
  const others = allAssignments(draft).filter((one) => one.project_path !== projectPath || serviceOf(one) !== service)
  // Somebody who was given the port meanwhile keeps it.
  if (others.some(({ port, status }) => port === record.port && status !== 'released')) return
  const isIris = service === 'iris'
  draft.assignments = draft.assignments.filter((one) => !isIris || one.project_path !== projectPath)
  draft.service_assignments = draft.service_assignments.filter(
    (one) => one.service !== service || one.project_path !== projectPath,
  )
  if (isIris) draft.assignments.push(record)
  else draft.service_assignments.push(record as ServiceAssignmentRecord)
}
