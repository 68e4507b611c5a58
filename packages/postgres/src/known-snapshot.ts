import type { RegistrySnapshot } from '@iris-devtester/core/ports'
import type { ProjectVersions } from './project-versions.ts'

/** The registry as the server had it at one moment. */
export interface PostgresSnapshot extends RegistrySnapshot {
  /** The version of each project. */
  readonly versions: ProjectVersions
  /** When it was read, by `performance.now()`'s clock: ages in it grow old. */
  readonly readAt: number
}

/** Renewals of leases are no change of the registry: what was read longer ago than this, in ms, is read anew. */
const FRESH_MS = 20_000
/** What a process knows of the registry. */
export class KnownSnapshot {
  #latest: PostgresSnapshot | undefined
  /** The generation of the latest commit of its own. */
  #committed = -1
  #isOutdated = false

  /** What was read last, as long as it is worth to be told what has changed since. */
  get latest(): PostgresSnapshot | undefined {
    const latest = this.#latest
    return latest && performance.now() - latest.readAt < FRESH_MS ? latest : undefined
  }

  /** What was read last, unless it is known that others have changed it since. */
  get current(): PostgresSnapshot | undefined {
    const { latest } = this
    return latest && !this.#isOutdated && latest.generation >= this.#committed ? latest : undefined
  }

  /** Of two reads that overlap, the later state is the one to go on with. */
  read(snapshot: PostgresSnapshot): void {
    const { latest } = this
    if (!latest || snapshot.generation >= latest.generation) this.#latest = snapshot
    this.#isOutdated = false
  }

  /** @param whole what the registry is after it, if that is known */
  committed(generation: number, whole: PostgresSnapshot | undefined): void {
    const { latest } = this
    if (whole && (!latest || generation >= latest.generation)) this.#latest = whole
    this.#committed = Math.max(this.#committed, generation)
  }

  /** A commit was lost to others. */
  lost(): void {
    this.#isOutdated = true
  }
}
