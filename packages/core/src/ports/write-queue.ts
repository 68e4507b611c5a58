import { statSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { lockTimedOut } from './port-errors.ts'
import { asFileError } from './registry-file-error.ts'
import { ensureFolders } from './registry-folder.ts'
import type { RegistryLocation } from './registry-location.ts'

/** A lock this old, in ms, is a dead holder's. The library adds up to a second. Must stay well below the time-out. */
export const STALE_MS = 3_000

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
      // It may have been taken for stale and be somebody else's by now; that does no harm here.
      await release().catch(() => undefined)
    }
  }

  async #acquire(deadline: number): Promise<() => Promise<void>> {
    // Not before it is needed: loading it installs signal handlers.
    const { lock } = await import('proper-lockfile')
    for (;;) {
      try {
        return await lock(this.#location.view, {
          lockfilePath: lockPath(this.#location),
          realpath: false,
          stale: STALE_MS,
          update: 1_000,
          retries: 0,
          onCompromised: () => undefined,
        })
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException
        if (code === 'ENOENT') ensureFolders(this.#location)
        else if (code !== 'ELOCKED') throw asFileError(error, this.#location.view, 'written')
      }
      if (performance.now() > deadline) throw lockTimedOut(lockPath(this.#location), this.#timeoutMs)
      await delay(5 + Math.random() * 10)
    }
  }
}

/** Where the queue's lock, a folder, lies. */
export function lockPath({ view }: RegistryLocation): string {
  return `${view}.lock`
}
