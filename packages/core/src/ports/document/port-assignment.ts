import type {
  AssignmentRecord,
  AssignmentStatus,
  AssignmentType,
  ServiceAssignmentRecord,
} from './assignment-record.ts'
import type { RegistryDocument } from './registry-document.ts'
import type { ServiceName } from './services.ts'

/** A project's hold on one port of its machine. */
export interface PortAssignment {
  /** As {@link normaliseProjectPath} gives it. */
  readonly projectPath: string
  /** What the port is for. */
  readonly service: ServiceName
  /** The port number. */
  readonly port: number
  /** Since when. */
  readonly assignedAt: Date
  /** `manual` when the project asked for this very port. */
  readonly assignmentType: AssignmentType
  /** `active` while it counts. */
  readonly status: AssignmentStatus
  /** The name of the container that uses the port, once there is one. */
  readonly containerName?: string
  /** Until when it is kept although nothing listens on the port; absent where it is kept until it is released. */
  readonly expiresAt?: Date
}

/** What {@link assignmentToRecord} writes and {@link assignmentFromRecord} reads. */
export type StoredAssignment = AssignmentRecord | ServiceAssignmentRecord

/** The assignment as it is on disk: schema 1.0, plus its service where that is not `iris`. */
export function assignmentToRecord(assignment: PortAssignment): StoredAssignment {
  const { service } = assignment
  const record: AssignmentRecord = {
    project_path: assignment.projectPath,
    port: assignment.port,
    assigned_at: assignment.assignedAt.toISOString(),
    assignment_type: assignment.assignmentType,
    status: assignment.status,
    container_name: assignment.containerName ?? null,
  }
  if (service === 'iris' || service === 'system') return record
  const { expiresAt } = assignment
  return { ...record, service, ...(expiresAt ? { expires_at: expiresAt.toISOString() } : {}) }
}

/** The assignment that a record on disk stands for. */
export function assignmentFromRecord(record: StoredAssignment): PortAssignment {
  return {
    projectPath: record.project_path,
    service: serviceOf(record),
    port: record.port,
    assignedAt: new Date(record.assigned_at),
    assignmentType: record.assignment_type,
    status: record.status,
    ...(record.container_name ? { containerName: record.container_name } : {}),
    ...('expires_at' in record && record.expires_at ? { expiresAt: new Date(record.expires_at) } : {}),
  }
}

/** Whether the time limit of a reservation is over. */
export function hasExpired(record: StoredAssignment, now: Date): boolean {
  return 'expires_at' in record && record.expires_at !== undefined && Date.parse(record.expires_at) <= now.getTime()
}

export function serviceOf(record: StoredAssignment): ServiceName {
  return 'service' in record ? record.service : 'iris'
}

/** The project's assignment for the service. */
export function findAssignment(
  document: RegistryDocument,
  projectPath: string,
  service: ServiceName,
): StoredAssignment | undefined {
  if (service === 'iris') return document.assignments.find((one) => one.project_path === projectPath)
  return document.service_assignments.find((one) => one.service === service && one.project_path === projectPath)
}

/** Every assignment, of every service. */
export function allAssignments(document: RegistryDocument): StoredAssignment[] {
  return [...document.assignments, ...document.service_assignments]
}
