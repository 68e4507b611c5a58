import { debugLog } from '../../debug/debug-log.ts'
import { LeaseError } from '../book/lease-error.ts'

const debug = debugLog('lease')

/** How long somebody waits for a namespace while IRIS has no licence unit to make it with, in ms. */
const UNIT_WAIT_MS = 30_000
const UNIT_POLL_MS = 200

/** With less disk than this, in MB, none is made before it is asked for. */
const SCARCE_DISK = 500
/** With less than this, none is made at all: IRIS ends badly on a full disk. */
const LEAST_DISK = 100
/** How many are made before the disk is looked at again. */
const MADE_UNTIL_LOOK = 8

/** Namespaces for test files: a fresh one for each. */
export interface FileNamespaces {
  /**
   * A fresh, loaded namespace for the next test file of a worker. The one that the worker had before is dropped, in the
   * background.
   *
   * @param worker its number, counted from 1, or its name: the first that worker 1 takes is the first of `namespaces`.
   * @throws LeaseError `NAMESPACE_FAILED`, `LOAD_FAILED`
   */
  take(worker: string): Promise<string>
}

export interface FilePoolParts {
  /** Namespaces that are made and loaded already. */
  readonly made: readonly string[]
  /** How many are kept ready, beside those in use. */
  readonly ahead: number
  /** The name of the nth namespace of the run, counted from 1. */
  readonly nameOf: (number: number) => string
  /** Makes and loads a namespace; the nth of the run, and perhaps again, after it has failed half-way. */
  readonly make: (name: string, which: { readonly number: number; readonly isAgain: boolean }) => Promise<void>
  /** Drops namespaces. */
  readonly drop: (names: readonly string[]) => Promise<void>
  /** How much disk there is for more, in MB; `undefined` where nobody knows. */
  readonly freeDisk?: () => Promise<number | undefined>
}

interface Waiting {
  readonly resolve: (name: string) => void
  readonly reject: (error: unknown) => void
}

/**
 * A few namespaces that are ready before a test file asks for one. They are made one after the other in the background,
 * over the connection that the run has anyway, so that filling the pool takes no licence unit beside it; and those that were
 * used are dropped before more are made, so that the disk never holds more than those in use and those ahead.
 */
export class FilePool implements FileNamespaces {
  readonly #parts: FilePoolParts
  readonly #ready: string[]
  readonly #inUse = new Map<string, string>()
  readonly #used: string[] = []
  readonly #undroppable: string[] = []
  readonly #waiting: Waiting[] = []
  #number: number
  #work: Promise<void> | undefined
  /** Counts how often what is loaded has changed. */
  #generation = 0
  #isClosed = false
  #freeDisk: number | undefined
  #madeSinceLook = MADE_UNTIL_LOOK

  constructor(parts: FilePoolParts) {
    this.#parts = parts
    this.#ready = [...parts.made]
    this.#number = parts.made.length
  }

  /** Those that exist, as far as this process knows: to be dropped at the end. */
  get existing(): string[] {
    return [...this.#ready, ...this.#inUse.values(), ...this.#used, ...this.#undroppable]
  }

  async take(worker: string): Promise<string> {
    const before = this.#inUse.get(worker)
    if (before !== undefined) {
      this.#inUse.delete(worker)
      this.#used.push(before)
    }
    const name = this.#takeReady(worker) ?? (await this.#next())
    this.#inUse.set(worker, name)
    this.#fill()
    return name
  }

  /** Drops what is ready and was not used, as it is loaded with what has changed since. */
  async renew(): Promise<void> {
    this.#generation += 1
    this.#used.push(...this.#ready.splice(0))
    this.#fill()
    await this.#work
  }

  /** Makes no more of them. */
  async close(): Promise<void> {
    this.#isClosed = true
    for (const { reject } of this.#waiting.splice(0)) reject(new Error('The run has ended.'))
    await this.#work
  }

  /** A worker's first one is the one in its place, which it may count on before it asks. */
  #takeReady(worker: string): string | undefined {
    const own = this.#ready.indexOf(this.#parts.made[Number(worker) - 1] ?? '')
    return this.#ready.splice(Math.max(0, own), 1)[0]
  }

  #next(): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    this.#waiting.push({ resolve, reject })
    this.#fill()
    return promise
  }

  #fill(): void {
    this.#work ??= this.#run().finally(() => {
      this.#work = undefined
    })
  }

  async #run(): Promise<void> {
    while (!this.#isClosed) {
      // Whoever waits comes first, unless there are too many by then.
      const mayWait = this.#waiting.length > 0 && this.#used.length < this.#parts.ahead
      if (this.#used.length > 0 && !mayWait) await this.#dropUsed()
      else if (this.#waiting.length > 0 || this.#ready.length < this.#parts.ahead) {
        if ((await this.#hasRoom()) ? !(await this.#makeOne()) : this.#waiting.length === 0) return
      } else return
    }
  }

  /** Whether one more may be made; whoever waits for one that may not is refused. */
  async #hasRoom(): Promise<boolean> {
    if (this.#madeSinceLook >= MADE_UNTIL_LOOK) await this.#look()
    if (isLess(this.#freeDisk, SCARCE_DISK)) {
      // What was used goes first, where every MB counts.
      if (this.#used.length > 0) await this.#dropUsed()
      await this.#look()
    }
    this.#madeSinceLook += 1
    if (isLess(this.#freeDisk, LEAST_DISK)) {
      for (const { reject } of this.#waiting.splice(0)) reject(diskFull(this.#freeDisk as number))
      return false
    }
    return this.#waiting.length > 0 || !isLess(this.#freeDisk, SCARCE_DISK)
  }

  async #look(): Promise<void> {
    this.#freeDisk = await this.#parts.freeDisk?.()
    this.#madeSinceLook = 0
  }

  async #dropUsed(): Promise<void> {
    const names = [...this.#used]
    try {
      await this.#parts.drop(names)
    } catch (error) {
      // What can't be dropped now is dropped when the run ends, or by the reaper.
      debug.swallowed('drop a file namespace', error)
      this.#undroppable.push(...names)
    }
    this.#used.splice(0, names.length)
  }

  async #makeOne(): Promise<boolean> {
    this.#number += 1
    const name = this.#parts.nameOf(this.#number)
    const generation = this.#generation
    try {
      await this.#makeWithUnit(name, this.#number)
      if (generation !== this.#generation) {
        this.#used.push(name)
        return true
      }
    } catch (error) {
      this.#used.push(name)
      const [first] = this.#waiting.splice(0, 1)
      // Nobody needs it yet: whoever asks next tries again, and gets the reason if it fails then too.
      if (!first) {
        debug.swallowed('make a file namespace', error)
        return false
      }
      first.reject(error)
      return true
    }
    const [first] = this.#waiting.splice(0, 1)
    if (first) first.resolve(name)
    else this.#ready.push(name)
    return true
  }

  /** A licence without a free unit has one again soon, when a worker ends or logs out. */
  async #makeWithUnit(name: string, number: number): Promise<void> {
    const until = performance.now() + UNIT_WAIT_MS
    for (let isAgain = false; ; isAgain = true) {
      try {
        await this.#parts.make(name, { number, isAgain })
        return
      } catch (error) {
        if (!isOutOfUnits(error) || this.#isClosed || performance.now() > until) throw error
        debug.swallowed('make a file namespace', error)
        await new Promise((resolve) => setTimeout(resolve, UNIT_POLL_MS))
      }
    }
  }
}

function isLess(free: number | undefined, limit: number): boolean {
  return free !== undefined && free < limit
}

function diskFull(free: number): LeaseError {
  return new LeaseError({
    code: 'NAMESPACE_FAILED',
    message: `No namespace was made for the next test file: the disk that the container's databases are on has ${free} MB left, and less than ${LEAST_DISK} MB are not enough.`,
    hint: [
      'Make room: docker system df shows what takes it, docker system prune removes what nothing uses',
      "Or use the isolation worker, with reset: 'file', which needs one namespace for each worker",
    ].join('\n'),
    details: { freeMegabytes: free, least: LEAST_DISK },
  })
}

function isOutOfUnits(error: unknown): boolean {
  const { code, cause } = (error ?? {}) as { readonly code?: unknown; readonly cause?: unknown }
  return code === 'IRIS_LICENSE_UNITS_EXHAUSTED' || (cause !== undefined && isOutOfUnits(cause))
}
