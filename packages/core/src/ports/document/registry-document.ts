import type { ProcessIdentity } from '../../process/process-identity.ts'
import type { AssignmentRecord, ServiceAssignmentRecord } from './assignment-record.ts'
import type { ContainerRecord, LeaseRecord } from './lease-record.ts'
import type { PortRange, ServiceName } from './services.ts'

/** The port a project had last. It gets it back unless somebody needed it meanwhile. */
export interface RememberedRecord {
  /** The project that had the port. */
  readonly project_path: string
  /** What the port was for. */
  readonly service: ServiceName
  /** The port number. */
  readonly port: number
  /** ISO 8601. */
  readonly released_at: string
}

/** A service of this machine's own that holds a port of the system range. */
export interface SystemRecord {
  /** The service's name. */
  readonly service: string
  /** In the service's own words: `running`, `stopped`. */
  readonly status: string
  /** ISO 8601. */
  readonly registered_at: string
}

/** What a change of the registry did, or what a refused request met. */
export type HistoryAction = 'assigned' | 'moved' | 'released' | 'reclaimed' | 'conflict' | 'imported' | 'cleared'

/** One change of the registry, or one request it had to refuse. */
export interface HistoryRecord {
  /** ISO 8601. */
  readonly at: string
  /** What happened. */
  readonly action: HistoryAction
  /** The port it happened to. */
  readonly port: number
  /** The project it happened for. */
  readonly project_path: string
  /** What the port is for. */
  readonly service: ServiceName
  /** Why, in a few words. */
  readonly reason: string
}

/**
 * The registry as it is on disk. The top-level `assignments` are exactly schema 1.0, shared with other tools; everything
 * newer lies beside them. Keys not named here are kept as they are.
 */
export interface RegistryDocument {
  /** What other tools know the format by. */
  schema_version: '1.0'
  /** ISO 8601. */
  created_at: string
  /** The number of the commit that wrote this; each commit adds one. */
  generation: number
  /** The newest commits' own ids, the newest first, so that a commit can tell whether it is part of this document. */
  transactions: string[]
  /** Superserver ports. */
  assignments: AssignmentRecord[]
  /** The other services' ports. */
  service_assignments: ServiceAssignmentRecord[]
  /** Released ports, at most one for each project and service. */
  remembered: RememberedRecord[]
  /** Projects whose superserver port was assigned by another tool. */
  imported: string[]
  /** Project folders that were there when their port was assigned: only such a folder can be found deleted. */
  folders: Record<string, true>
  /** By port. */
  system: Record<string, SystemRecord>
  /** The ranges that somebody configured, for all who name none themselves. */
  ranges?: Partial<Record<ServiceName, PortRange>>
  /** The runs' holds on containers. */
  leases: LeaseRecord[]
  /** By container id. */
  containers: Record<string, ContainerRecord>
  /** The process that cleans up after this registry's runs. */
  reaper?: ProcessIdentity
  /** Newest first, bounded. */
  history: HistoryRecord[]
}

/** A registry nobody has used yet. */
export function emptyDocument(now: Date): RegistryDocument {
  return {
    schema_version: '1.0',
    created_at: now.toISOString(),
    assignments: [],
    generation: 0,
    transactions: [],
    service_assignments: [],
    remembered: [],
    imported: [],
    folders: {},
    system: {},
    leases: [],
    containers: {},
    history: [],
  }
}
