import { statSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { lock as Lock } from 'proper-lockfile'
import { debugLog } from '../../debug/debug-log.ts'
import { cliCommand } from '../../errors/cli-command.ts'
import { PortAssignmentTimeoutError } from '../document/port-registry-error.ts'
import type { CommitQueue } from './commit-queue.ts'
import { breakLock, clearHolder, holderState, lockPath, recordHolder, STALE_MS } from './queue-holder.ts'
import { asFileError } from './registry-file-error.ts'
import { ensureFolders } from './registry-folder.ts'
import type { RegistryLocation } from './registry-location.ts'

const debug = debugLog('ports')

/** Every so many rounds of waiting, the holder's state is checked. */
const CHECK_INTERVAL_ROUNDS = 8
/** How many checks may find no identity of the holder: some 300 ms, far longer than writing it takes. */
const MAX_UNIDENTIFIED_CHECKS = 4

/**
 * Lets writers of one registry wait for each other instead of losing commits to each other. It keeps nobody out for sure,
 * and need not: the store decides whose commit counts.
 */
export class WriteQueue implements CommitQueue {
  readonly #location: RegistryLocation
  readonly #timeoutMs: number

  constructor(location: RegistryLocation, timeoutMs: number) {
    this.#location = location
    this.#timeoutMs = timeoutMs
  }

  /** Whether a process is writing, or died while writing. */
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
      clearHolder(this.#location)
      // It may have been considered stale and be another process's by now, which is harmless here.
      await release().catch((error) => debug.swallowed('release the lock', error))
    }
  }

  /** Who has the queue's lock need not wait. */
  async pause(): Promise<void> {}

  timedOut(): PortAssignmentTimeoutError {
    return lockTimedOut(lockPath(this.#location), this.#timeoutMs)
  }

  async #acquire(deadline: number): Promise<() => Promise<void>> {
    // Imported late, because loading it installs signal handlers.
    const { lock } = await import('proper-lockfile')
    let unidentified = 0
    for (let round = 0; ; round += 1) {
      if (this.#isFresh()) {
        const state = round % CHECK_INTERVAL_ROUNDS === 0 ? holderState(this.#location) : undefined
        if (state !== undefined) unidentified = state === 'unknown' ? unidentified + 1 : 0
        if (state === 'dead' || unidentified > MAX_UNIDENTIFIED_CHECKS) {
          breakLock(this.#location)
          unidentified = 0
          continue
        }
      } else {
        const release = await this.#tryLock(lock)
        if (release) return release
      }
      if (performance.now() > deadline) throw this.timedOut()
      await delay(5 + Math.random() * 10)
    }
  }

  /** Whether the lock is certainly held. Reading its age is much cheaper than an attempt to take it. */
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
      recordHolder(this.#location)
      return release
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ENOENT') ensureFolders(this.#location)
      else if (code !== 'ELOCKED') throw asFileError(error, this.#location.view, 'written')
      return undefined
    }
  }
}

/** The error for a registry that others kept busy all the time. */
export function lockTimedOut(lock: string, timeoutMs: number): PortAssignmentTimeoutError {
  return new PortAssignmentTimeoutError({
    code: 'PORT_ASSIGNMENT_TIMEOUT',
    message: `Other processes kept the port registry busy for more than ${timeoutMs} ms. Nothing was changed.`,
    hint: `Try again.\nIf no other process uses the registry, find what holds ${lock}: ${cliCommand()} ports doctor\nThen remove a stale lock: ${cliCommand()} ports doctor --repair`,
    details: { lock, timeoutMs },
  })
}
