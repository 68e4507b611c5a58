import { livenessOf, type ProcessIdentity } from '../../process/process-identity.ts'
import type { AssignmentRecord } from './assignment-record.ts'

/**
 * One live run's hold on a project's container, as kept in the registry's document under `leases`. The registry keeps
 * and validates these records and asks them who is alive; what they mean is decided in `lease/`.
 */
export interface LeaseRecord {
  /** Random, unique. */
  readonly id: string
  /** The project whose container it holds. */
  readonly project_path: string
  /** Who holds it, for people: `vitest`, `jest`, `playwright`, `cli`. */
  readonly runner: string
  /** The process it ends with. */
  readonly process: ProcessIdentity
  /** ISO 8601. */
  readonly acquired_at: string
  /** ISO 8601; renewed while it is held, for those who can't judge the holder by its process. */
  readonly renewed_at?: string
  /** The engine it works with, in `DOCKER_HOST`'s form. */
  readonly engine?: string
  /** The engine's id of the held container; absent while the holder prepares one. */
  readonly container_id?: string
  /** Set when its holder gave it up without having dropped its namespaces: whoever cleans up does. */
  readonly abandoned?: true
  /** Who cleans up after it, where several machines may. */
  readonly swept_by?: ProcessIdentity
  /** ISO 8601; since when. */
  readonly swept_since?: string
  /** How many workers the run has, where it said so. */
  readonly workers?: number
  /** Namespaces created for this run alone, to be dropped when it ends. */
  readonly namespaces: readonly string[]
}

/** Whether the lease's holder lives, or may live for all that can be known here. */
export function mayBeAlive(lease: LeaseRecord): boolean {
  return !lease.abandoned && livenessOf(lease.process) !== 'dead'
}

/** What is known of a project's container beyond what the engine knows, kept under `containers` by container id. */
export interface ContainerRecord {
  /** The project it belongs to. */
  readonly project_path: string
  /** The container's name. */
  readonly name: string
  /** The engine it lives on, in `DOCKER_HOST`'s form. */
  readonly engine: string
  /** The fingerprints of its settings, as one line. */
  readonly settings?: string
  /** Fingerprints of users and namespaces that runs have added to it. */
  readonly applied?: readonly string[]
  /** Set when initialisation finished, to the `State.StartedAt` of the boot that was initialised. */
  readonly ready_boot?: string
  /** Set when its image turned out to have no web server. */
  readonly no_web?: true
  /** What happens to it when its last lease ends. */
  readonly keep: 'warm' | 'stop'
  /** How long it may stay without a lease, in ms. */
  readonly idle_timeout_ms: number
  /** ISO 8601; when its last lease ended. */
  readonly idle_since?: string
  /** Set while somebody removes it: nobody may attach any more. */
  readonly closing?: ProcessIdentity
  /** ISO 8601; when that began, where the registry has a clock of its own. */
  readonly closing_since?: string
  /** Set while another container is made in its place: nobody may attach, and it comes back when that fails. */
  readonly set_aside?: SetAsideRecord
  /** Which run's lease is changing its settings right now. */
  readonly applying?: { readonly lease: string; readonly process: ProcessIdentity }
  /** The fingerprints of what was loaded into its shared namespaces: `NAMESPACE=fingerprint`, one after the other. */
  readonly loaded?: string
  /** Who is loading into one of its shared namespaces right now. */
  readonly loading?: ProcessIdentity
  /** Copies of namespaces as failed tests left them, the oldest first. */
  readonly kept?: readonly KeptNamespaceRecord[]
}

/** A copy of a namespace that is kept to be looked at. */
export interface KeptNamespaceRecord {
  /** The copy's own name. */
  readonly namespace: string
  /** The lease of the run that has made it. */
  readonly lease: string
  /** The test that it shows the end of, for people. */
  readonly test?: string
  /** ISO 8601; when it was made. */
  readonly at: string
  /** ISO 8601; when its run ended: from then on the container's idle limit counts. */
  readonly run_ended?: string
}

/** What it takes to bring back a container that was set aside for another one. */
export interface SetAsideRecord {
  /** Who makes the other one. */
  readonly by: ProcessIdentity
  /** Whether it ran. */
  readonly was_running: boolean
  /** The project's superserver and web port assignments before. */
  readonly assignments: readonly {
    /** Which of the two. */
    readonly service: 'iris' | 'iris-web'
    /** The assignment as it is on disk. */
    readonly record: AssignmentRecord
  }[]
  /** Set once the other one is ready: this one may go. */
  readonly replaced?: true
}
