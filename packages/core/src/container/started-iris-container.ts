import { AbstractStartedContainer, type StartedTestContainer } from 'testcontainers'
import type { IrisConnection } from '../connection/iris-connection.ts'
import { type ReadinessRequest, waitUntilReady } from './wait-until-ready.ts'

type StopOptions = NonNullable<Parameters<AbstractStartedContainer['stop']>[0]>
type RestartOptions = NonNullable<Parameters<AbstractStartedContainer['restart']>[0]>

/** What a driver's `createConnection` takes. */
export interface IrisConnectionOptions {
  readonly host: string
  readonly port: number
  readonly ns: string
  readonly user: string
  readonly pwd: string
}

/** What the container needs to know of its start. */
export interface StartedIRISContainerParts {
  readonly readiness: ReadinessRequest
  readonly projectPath: string | undefined
  /** Called once, after the container has stopped or was found gone. */
  readonly onStopped: () => Promise<void>
}

/** A running container of IRIS that accepts connections. */
export class StartedIRISContainer extends AbstractStartedContainer {
  readonly #parts: StartedIRISContainerParts
  #connection: IrisConnection
  #stopping: ReturnType<AbstractStartedContainer['stop']> | undefined

  constructor(container: StartedTestContainer, connection: IrisConnection, parts: StartedIRISContainerParts) {
    super(container)
    this.#connection = connection
    this.#parts = parts
  }

  /** A logged-in connection to the container's namespace. */
  get connection(): IrisConnection {
    return this.#connection
  }

  /** The host its ports are reached at: `127.0.0.1` on this machine, so that IPv6 can't lead elsewhere. */
  override getHost(): string {
    return this.#connection.host
  }

  /** The superserver's host port. */
  getPort(): number {
    return this.#parts.readiness.connection.port
  }

  /** The superserver's host port, by the name the registry's users know. */
  getAssignedPort(): number {
    return this.getPort()
  }

  /** The web server's host port. */
  getWebPort(): number {
    return this.#parts.readiness.connection.webPort
  }

  /** The project its ports are reserved for; `undefined` without a registry. */
  getProjectPath(): string | undefined {
    return this.#parts.projectPath
  }

  getNamespace(): string {
    return this.#connection.namespace
  }

  getUsername(): string {
    return this.#connection.username
  }

  getPassword(): string {
    return this.#connection.password
  }

  /** `iris://user:password@host:port/NAMESPACE`. */
  getConnectionUri(): string {
    return this.#connection.url
  }

  /** What the Node drivers' `createConnection` takes. */
  getConnectionOptions(): IrisConnectionOptions {
    const { host, port, namespace, username, password } = this.#connection
    return { host, port, ns: namespace, user: username, pwd: password }
  }

  /**
   * Stops and removes the container and releases its ports. One that is gone already is fine.
   *
   * @param options `timeout` in ms is how long IRIS may take to stop by itself; by default it is killed.
   */
  override stop(options?: Partial<StopOptions>): ReturnType<AbstractStartedContainer['stop']> {
    this.#stopping ??= this.#stop(options)
    return this.#stopping
  }

  async #stop(options?: Partial<StopOptions>): ReturnType<AbstractStartedContainer['stop']> {
    try {
      await this.#connection.close()
      return await super.stop(options)
    } catch (error) {
      if ((error as { statusCode?: number }).statusCode !== 404) throw error
      return { getId: () => this.getId(), copyArchiveFromContainer: () => Promise.reject(error) }
    } finally {
      await this.#parts.onStopped()
    }
  }

  /** Restarts IRIS and waits until this boot is ready; the log of the boot before doesn't count. */
  override async restart(options?: Partial<RestartOptions>): Promise<void> {
    const { readiness } = this.#parts
    await this.#connection.close()
    await super.restart(options)
    const inspection = await readiness.engine.inspectContainer(readiness.id)
    const since = Date.parse(inspection?.State.FinishedAt ?? '') / 1_000
    this.#connection = await waitUntilReady({ ...readiness, since: Number.isNaN(since) ? 0 : since })
  }
}
