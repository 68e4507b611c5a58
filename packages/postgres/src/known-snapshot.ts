import type { RegistrySnapshot } from '@iris-devtester/core/ports'
import type { ProjectVersions } from './project-versions.ts'

/** The registry as the server had it at one moment. */
export interface PostgresSnapshot extends RegistrySnapshot {
  /** The version of each project. */
  readonly versions: ProjectVersions
  /** When it was read, by `performance.now()`'s clock: ages in it grow old. */
  readonly readAt: number
  /** How far the machine's clock was from that one when the times in it were reckoned from the server's ages, in ms. */
  readonly clock: number
}

/** How far a machine's clock may move beside the time that passes, in ms, before what was reckoned by it is of no use. */
const CLOCK_STEP_MS = 1_000

/** How far the machine's clock is from `performance.now()`'s, in ms. It changes when it is set, and when the machine sleeps. */
export function clockOffset(): number {
  return Date.now() - performance.now()
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
    if (!latest || performance.now() - latest.readAt >= FRESH_MS) return undefined
    return Math.abs(clockOffset() - latest.clock) < CLOCK_STEP_MS ? latest : undefined
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
