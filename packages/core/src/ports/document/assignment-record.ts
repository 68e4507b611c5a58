import type { ServiceName } from './services.ts'

/** `manual` when the project asked for this very port. */
export type AssignmentType = 'auto' | 'manual'
/** `active` while it counts; `released` when it was given back; `stale` when whoever had it is gone. */
export type AssignmentStatus = 'active' | 'released' | 'stale'

/** An assignment as schema 1.0 has it on disk: these keys and no others, other tools drop what they don't know. */
export interface AssignmentRecord {
  /** The project that holds the port. */
  readonly project_path: string
  /** The port number. */
  readonly port: number
  /** ISO 8601. */
  readonly assigned_at: string
  /** Whether the project asked for this very port. */
  readonly assignment_type: AssignmentType
  /** Whether it counts. */
  readonly status: AssignmentStatus
  /** The container that uses the port, once there is one. */
  readonly container_name: string | null
}

/** An assignment for a service that schema 1.0 knows nothing of. */
export interface ServiceAssignmentRecord extends AssignmentRecord {
  /** What the port is for. */
  readonly service: Exclude<ServiceName, 'iris' | 'system'>
  /** ISO 8601; until when it is kept although nothing listens on the port. Without a limit, until it is released. */
  readonly expires_at?: string
}
