import type { RegistryDocument } from '../document/registry-document.ts'

/** The registry at one moment. */
export interface RegistrySnapshot {
  /** The number a commit on top of this must follow. */
  readonly generation: number
  /** Read-only: a store may return the same object again. */
  readonly document: RegistryDocument
}

/**
 * Where a registry is kept. A store for several machines needs no more than this: a consistent read, and a commit that
 * fails when somebody else's came first.
 */
export interface RegistryStore<Snapshot extends RegistrySnapshot = RegistrySnapshot> {
  /** Without a promise where it can: nothing else of this process comes between the read and a commit then. */
  read(): Snapshot | Promise<Snapshot>
  /**
   * Makes `next` the registry's content if nothing was committed since `expected` was read.
   *
   * @param durable whether it must outlive a loss of power, too; what it says is lost or kept as a whole either way
   * @returns the new state, or `undefined` when somebody else's commit came first
   */
  commit(
    expected: Snapshot,
    next: RegistryDocument,
    durable?: boolean,
  ): Snapshot | undefined | Promise<Snapshot | undefined>
}
