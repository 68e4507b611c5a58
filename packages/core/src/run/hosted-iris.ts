import type { IrisConnectionInfo } from '../connection/connection-info.ts'
import { acquireIris } from '../lease/acquire/acquire-iris.ts'
import type { AcquiredIris } from '../lease/acquire/acquired-iris.ts'
import type { AcquireOptions } from '../lease/book/acquire-options.ts'
import { announcement } from './announcement.ts'

/** The IRIS of one run, whatever becomes of the run's workers. */
export class HostedIris {
  readonly #options: AcquireOptions
  readonly #end = new AbortController()
  readonly #first: Promise<AcquiredIris>
  readonly #further = new Map<number, Promise<AcquiredIris>>()
  #ready: AcquiredIris | undefined
  #lastLog: string | undefined

  /** Begins to acquire it; see {@link acquireIris}. */
  constructor(options: AcquireOptions) {
    this.#options = { ...options, signal: this.#end.signal }
    this.#first = acquireIris(this.#options)
    this.#first.then(
      (iris) => {
        this.#ready = iris
      },
      () => {},
    )
  }

  /** Where it is, when it's up. */
  async announcement(): Promise<string> {
    const { connection, namespaces } = await this.#first
    return announcement(connection, namespaces)
  }

  /** Where a worker, counted from 1, is to connect. One beyond those that were expected gets its namespace now. */
  async connectionFor(worker: number): Promise<IrisConnectionInfo> {
    const first = await this.#first
    const isolation = this.#options.isolation ?? (process.env.IRIS_DEVTESTER_ISOLATION || 'worker')
    if (worker <= first.namespaces.length || isolation !== 'worker') return first.connectionFor(worker).info
    const own = this.#further.get(worker) ?? acquireIris({ ...this.#options, workers: 1, quiet: true })
    this.#further.set(worker, own)
    return (await own).connection.info
  }

  /** The container's log, unless there is nothing in it that hasn't been given before. */
  async newLog(lines: number): Promise<string> {
    const log = (await this.#ready?.logTail(lines))?.join('\n') ?? ''
    const isNew = log !== this.#lastLog
    this.#lastLog = log
    return isNew ? log : ''
  }

  /** Gives up what isn't there yet and releases what is. */
  async release(): Promise<void> {
    this.#end.abort(new Error('The run has ended.'))
    for (const one of [...this.#further.values(), this.#first]) {
      await one.then(
        (iris) => iris.release(),
        () => {},
      )
    }
  }
}
