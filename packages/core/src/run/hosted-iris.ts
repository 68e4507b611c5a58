import type { IrisConnectionInfo } from '../connection/connection-info.ts'
import { IrisDevtesterError } from '../errors/iris-devtester-error.ts'
import { type AcquiredInstances, type AcquiredIris, acquireInstances, type OnFailure } from '../lease/index.ts'
import { announcement } from './announcement.ts'
import { isOwnNamespace } from './own-namespace.ts'
import type { RunRequest } from './run-host.ts'

/** Where a worker is to connect: to the IRIS itself, and to the run's instances by their names. */
export interface WorkerConnections {
  readonly info: IrisConnectionInfo
  readonly instances: Readonly<Record<string, IrisConnectionInfo>>
}

/** What one configuration of a run asks for, whatever becomes of the run's workers. */
export class HostedIris {
  readonly #request: RunRequest
  readonly #end = new AbortController()
  readonly #first: Promise<AcquiredInstances>
  readonly #further = new Map<number, Promise<AcquiredInstances>>()
  #ready: AcquiredInstances | undefined
  readonly #lastLogs = new Map<AcquiredIris, string>()

  /** Begins to acquire it; see {@link acquireInstances}. */
  constructor(request: RunRequest) {
    this.#request = request
    refuseFileIsolation(isolationOf(request))
    this.#first = acquireInstances({ ...request, signal: this.#end.signal })
    this.#first.then(
      (acquired) => {
        this.#ready = acquired
      },
      () => {},
    )
  }

  /** Where it is, when it's up. */
  async announcement(): Promise<string> {
    const { main, instances } = await this.#first
    const infos = Object.entries(instances).map(([name, { connection }]) => [name, connection.info] as const)
    return announcement(main.connection, main.namespaces, Object.fromEntries(infos))
  }

  /** Where a worker, counted from 1, is to connect. One beyond those that were expected gets its namespaces now. */
  async connectionsFor(worker: number): Promise<WorkerConnections> {
    const first = await this.#first
    const isolation = isolationOf(this.#request)
    if (worker <= first.main.namespaces.length || isolation !== 'worker') return connectionsOf(first, worker)
    const own =
      this.#further.get(worker) ??
      acquireInstances({ ...this.#request, workers: 1, quiet: true, signal: this.#end.signal })
    this.#further.set(worker, own)
    return connectionsOf(await own, 1)
  }

  /**
   * Keeps copies of a worker's namespaces as a failed test left them.
   *
   * @param asked what the test's configuration says; what the run says counts where it says nothing.
   * @returns lines for people: where the copies are, or why there are none. Nothing where none are wanted.
   */
  async keepCopies(worker: number, test: string, asked: OnFailure | undefined): Promise<string> {
    const further = this.#further.get(worker)
    const { main, instances = {} } = (further ? await further : this.#ready) ?? {}
    const all = Object.values(instances).length > 0 ? Object.values(instances) : main ? [main] : []
    const wanted = all.filter(({ onFailure }) => (asked ?? onFailure) === 'keep')
    const said = wanted.map((iris) => this.#keepCopy(iris, iris.connectionFor(further ? 1 : worker).namespace, test))
    return (await Promise.all(said)).join('\n')
  }

  async #keepCopy(iris: AcquiredIris, namespace: string, test: string): Promise<string> {
    if (iris.container && !isOwnNamespace(namespace, this.#request.workers ?? 1)) return notOwn(namespace)
    return await iris.keepCopy(namespace, test).then(
      ({ text }) => text,
      // The test has failed already.
      ({ message }: Error) => message,
    )
  }

  /** The containers' logs, unless there is nothing in them that hasn't been given before. */
  async newLog(lines: number): Promise<string> {
    const { main, instances = {} } = this.#ready ?? {}
    const all = Object.values(instances).length > 0 ? Object.values(instances) : main ? [main] : []
    const logs = await Promise.all(all.map((iris) => this.#newLogOf(iris, lines, all.length > 1)))
    return logs.filter((log) => log !== '').join('\n')
  }

  async #newLogOf(iris: AcquiredIris, lines: number, isNamed: boolean): Promise<string> {
    const log = (await iris.logTail(lines)).join('\n')
    if (log === (this.#lastLogs.get(iris) ?? '')) return ''
    this.#lastLogs.set(iris, log)
    return isNamed ? `${iris.container?.name}:\n${log}` : log
  }

  /** Gives up what isn't there yet and releases what is. */
  async release(): Promise<void> {
    this.#end.abort(new Error('The run has ended.'))
    for (const one of [...this.#further.values(), this.#first]) {
      await one.then(
        (acquired) => acquired.release(),
        () => {},
      )
    }
  }
}

function connectionsOf({ main, instances }: AcquiredInstances, worker: number): WorkerConnections {
  const infos = Object.entries(instances).map(([name, one]) => [name, one.connectionFor(worker).info] as const)
  return { info: main.connectionFor(worker).info, instances: Object.fromEntries(infos) }
}

function isolationOf({ isolation }: RunRequest): string {
  return isolation ?? (process.env.IRIS_DEVTESTER_ISOLATION || 'worker')
}

/**
 * The application under test is started once, and told one namespace: with a namespace for each test file, the tests would
 * look at another one than the application writes to.
 *
 * @throws IrisDevtesterError `OPTION_INVALID`
 */
function refuseFileIsolation(isolation: string): void {
  if (isolation !== 'file') return
  throw new IrisDevtesterError({
    code: 'OPTION_INVALID',
    message:
      "The isolation 'file' is not possible here. The application under test starts once, and keeps the namespace that it was started with.",
    hint: "Reset one namespace per worker instead: irisIsolation: 'worker', irisReset: 'file'",
    details: { option: 'isolation', value: 'file' },
  })
}

function notOwn(namespace: string): string {
  return `IRIS namespace  ${namespace} was not kept as the failed test left it: it isn't one worker's own, and copying it would disturb the others. Use the isolation worker.`
}
