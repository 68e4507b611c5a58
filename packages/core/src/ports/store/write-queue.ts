import { statSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { lock as Lock } from 'proper-lockfile'
import { debugLog } from '../../debug/debug-log.ts'
import { breakLock, forgetHolder, holderState, lockPath, noteHolder, STALE_MS } from './queue-holder.ts'
import { asFileError } from './registry-file-error.ts'
import { ensureFolders } from './registry-folder.ts'
import type { RegistryLocation } from './registry-location.ts'
import { lockTimedOut } from './writer-errors.ts'

const debug = debugLog('ports')

/** After how many rounds of waiting to look whether the holder is at work. */
const LOOK_EVERY = 8
/** How often a lock may be found whose holder has not said who it is: some 300 ms, far more than saying it takes. */
const NAMELESS_LOOKS = 4

/**
 * Lets writers of one registry wait for each other instead of losing commits to each other. It keeps nobody out for sure,
 * and need not: the store decides whose commit counts.
 */
export class WriteQueue {
  readonly #location: RegistryLocation
  readonly #timeoutMs: number

  constructor(location: RegistryLocation, timeoutMs: number) {
    this.#location = location
    this.#timeoutMs = timeoutMs
  }

  /** Whether somebody is writing, or died writing. */
  isHeld(): boolean {
    return statSync(lockPath(this.#location), { throwIfNoEntry: false }) !== undefined
  }

  /**
   * @param deadline when to give up waiting, on `performance.now()`'s clock
   * @throws PortAssignmentTimeoutError
   */
  async run<T>(work: () => Promise<T>, deadline: number): Promise<T> {
    const release = await this.#acquire(deadline)
    try {
      return await work()
    } finally {
      forgetHolder(this.#location)
      // It may have been taken for stale and be somebody else's by now; that does no harm here.
      await release().catch((error) => debug.swallowed('release the lock', error))
    }
  }

  async #acquire(deadline: number): Promise<() => Promise<void>> {
    // Not before it is needed: loading it installs signal handlers.
    const { lock } = await import('proper-lockfile')
    let nameless = 0
    for (let round = 0; ; round += 1) {
      if (this.#isFresh()) {
        const state = round % LOOK_EVERY === 0 ? holderState(this.#location) : undefined
        if (state !== undefined) nameless = state === 'unknown' ? nameless + 1 : 0
        if (state === 'dead' || nameless > NAMELESS_LOOKS) {
          breakLock(this.#location)
          nameless = 0
          continue
        }
      } else {
        const release = await this.#tryLock(lock)
        if (release) return release
      }
      if (performance.now() > deadline) throw lockTimedOut(lockPath(this.#location), this.#timeoutMs)
      await delay(5 + Math.random() * 10)
    }
  }

  /** Whether there is no use in asking for the lock. A look at it costs a fraction of asking. */
  #isFresh(): boolean {
    const stats = statSync(lockPath(this.#location), { throwIfNoEntry: false })
    return stats !== undefined && Date.now() - stats.mtimeMs <= STALE_MS
  }

  async #tryLock(lock: typeof Lock): Promise<(() => Promise<void>) | undefined> {
    try {
      const release = await lock(this.#location.view, {
        lockfilePath: lockPath(this.#location),
        realpath: false,
        stale: STALE_MS,
        update: 1_000,
        retries: 0,
        onCompromised: () => undefined,
      })
      noteHolder(this.#location)
      return release
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ENOENT') ensureFolders(this.#location)
      else if (code !== 'ELOCKED') throw asFileError(error, this.#location.view, 'written')
      return undefined
    }
  }
}
