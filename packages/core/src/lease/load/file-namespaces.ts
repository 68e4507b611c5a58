import { debugLog } from '../../debug/debug-log.ts'

const debug = debugLog('lease')

/** How long somebody waits for a namespace while IRIS has no licence unit to make it with, in ms. */
const UNIT_WAIT_MS = 30_000
const UNIT_POLL_MS = 200

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
  /** Makes and loads a namespace. */
  readonly make: (name: string) => Promise<void>
  /** Drops namespaces. */
  readonly drop: (names: readonly string[]) => Promise<void>
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
        if (!(await this.#makeOne())) return
      } else return
    }
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
      await this.#makeWithUnit(name)
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
  async #makeWithUnit(name: string): Promise<void> {
    const until = performance.now() + UNIT_WAIT_MS
    for (;;) {
      try {
        await this.#parts.make(name)
        return
      } catch (error) {
        if (!isOutOfUnits(error) || this.#isClosed || performance.now() > until) throw error
        debug.swallowed('make a file namespace', error)
        await new Promise((resolve) => setTimeout(resolve, UNIT_POLL_MS))
      }
    }
  }
}

function isOutOfUnits(error: unknown): boolean {
  const { code, cause } = (error ?? {}) as { readonly code?: unknown; readonly cause?: unknown }
  return code === 'IRIS_LICENSE_UNITS_EXHAUSTED' || (cause !== undefined && isOutOfUnits(cause))
}
