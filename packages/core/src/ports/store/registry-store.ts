import type { RegistryDocument } from '../document/registry-document.ts'
import type { ServiceName } from '../document/services.ts'
import type { ProjectNames } from './project-names.ts'

/** The registry at one moment. */
export interface RegistrySnapshot {
  /** The number a commit on top of this must follow. */
  readonly generation: number
  /** Read-only: a store may return the same object again. */
  readonly document: RegistryDocument
}

/** Ports of which any will do for an assignment that a commit makes. */
export interface PortChoice {
  readonly projectPath: string
  readonly service: ServiceName
  /** The best first. The first one is the one that the document of the commit has. */
  readonly ports: readonly number[]
}

/** What a writer whose turn it is may do. */
export interface RegistryTurn<Snapshot extends RegistrySnapshot = RegistrySnapshot>
  extends Pick<RegistryStore<Snapshot>, 'read' | 'commit'> {
  /** Whether others were at it, so that it had to wait. */
  readonly hadToWait?: boolean
}

/**
 * Where a registry is kept. A store needs no more than an identity, a consistent read, and a commit that fails when
 * somebody else's change of the same things came first; what else it can do makes it faster, or fit for several machines.
 */
export interface RegistryStore<Snapshot extends RegistrySnapshot = RegistrySnapshot> {
  /** What the registry is known by on every machine that uses it: containers carry it as a label. Never a secret. */
  readonly registryId: string
  /** Where it is kept, for people: a path, or an address without credentials. */
  readonly path: string
  /** What the registry calls its projects; by their paths where a store doesn't say. */
  readonly projects?: ProjectNames
  /** What another process needs in its environment to open the same registry, where it is no file. */
  readonly environment?: Readonly<Record<string, string>>
  /** Whether several machines use it, so that their clean-ups have to agree on who does what. */
  readonly isShared?: boolean
  /** Without a promise where it can: nothing else of this process comes between the read and a commit then. */
  read(): Snapshot | Promise<Snapshot>
  /**
   * What was read last, without asking: good enough to base a commit on, which fails if it is out of date. `undefined` where
   * it is known to be so.
   */
  peek?(): Snapshot | undefined
  /**
   * Makes `next` the registry's content if nothing that it changes was changed since `expected` was read.
   *
   * @param durable whether it must outlive a loss of power, too; what it says is lost or kept as a whole either way
   * @param choice ports that would do as well: a store that many write at once takes the first one that is free, rather than
   *   lose the commit to somebody who was given the same port
   * @returns the new state, with the port that was taken; or `undefined` when somebody else's commit came first
   */
  commit(
    expected: Snapshot,
    next: RegistryDocument,
    durable?: boolean,
    choice?: PortChoice,
  ): Snapshot | undefined | Promise<Snapshot | undefined>
  /**
   * Does the work of a writer that lost a commit, after that of all others who lost one before, and while no other one is
   * at it. It is a courtesy: whose commit counts is decided by {@link commit} alone. Where it is missing, writers pause for
   * a moment before they try again.
   *
   * @param deadline when to do the work out of turn, on `performance.now()`'s clock
   */
  inTurn?<T>(work: (turn: RegistryTurn<Snapshot>) => Promise<T>, deadline: number): Promise<T>
  /** Notes that the lease is still held. Where it is missing, a commit does it. */
  renewLease?(leaseId: string): Promise<void>
  /**
   * Tells of commits, whoever makes them. Where it is missing, who waits for one reads again and again.
   *
   * @param changed called after each commit; now and then without one
   * @returns what ends it
   */
  watch?(changed: () => void): Promise<() => void>
  /** Gives back what it holds: connections, for instance. It may be used again. */
  close?(): Promise<void>
}
