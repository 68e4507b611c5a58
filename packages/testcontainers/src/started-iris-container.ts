import type { IrisConnection } from '@iris-devtester/core/container'
import { AbstractStartedContainer, type StartedTestContainer } from 'testcontainers'

type StopOptions = NonNullable<Parameters<AbstractStartedContainer['stop']>[0]>
type StoppedContainer = Awaited<ReturnType<AbstractStartedContainer['stop']>>
type RestartOptions = NonNullable<Parameters<AbstractStartedContainer['restart']>[0]>

/** What a driver's `createConnection` takes. */
export interface IrisConnectionOptions {
  /** The host's address. */
  readonly host: string
  /** The superserver's host port. */
  readonly port: number
  /** The namespace. */
  readonly ns: string
  /** The user. */
  readonly user: string
  /** The user's password. */
  readonly pwd: string
}

/** What the container knows of its start. */
export interface StartedIRISContainerParts {
  /** Has logged in. */
  readonly connection: IrisConnection
  /** The project its ports are reserved for; `undefined` without a registry. */
  readonly projectPath: string | undefined
  /** Restarts the container, killing it after `graceMs`, and waits until IRIS is ready in it again. */
  readonly restart: (graceMs: number) => Promise<void>
  /** Called when the container begins to stop, with what is settled when it has. */
  readonly onStopping: (stopping: Promise<unknown>) => void
  /** Called after the container has stopped or was found gone. */
  readonly onStopped: () => Promise<void>
}

/** A running container of IRIS that accepts connections. */
export class StartedIRISContainer extends AbstractStartedContainer {
  readonly #parts: StartedIRISContainerParts
  #stopping: Promise<StoppedContainer> | undefined

  constructor(container: StartedTestContainer, parts: StartedIRISContainerParts) {
    super(container)
    this.#parts = parts
  }

  /** A logged-in connection to the container's namespace. It stays the same over restarts. */
  get connection(): IrisConnection {
    return this.#parts.connection
  }

  /** The host its ports are reached at: `127.0.0.1` on this machine, so that IPv6 can't lead elsewhere. */
  override getHost(): string {
    return this.connection.host
  }

  /** The superserver's host port. */
  getPort(): number {
    return this.connection.port
  }

  /** The superserver's host port, by the name the registry's users know. */
  getAssignedPort(): number {
    return this.connection.port
  }

  /** The web server's host port. */
  getWebPort(): number {
    return this.getMappedPort(52_773)
  }

  /** The project its ports are reserved for; `undefined` without a registry. */
  getProjectPath(): string | undefined {
    return this.#parts.projectPath
  }

  /** The namespace that connections use. */
  getNamespace(): string {
    return this.connection.namespace
  }

  /** The user that connections log in as. */
  getUsername(): string {
    return this.connection.username
  }

  /** That user's password. */
  getPassword(): string {
    return this.connection.password
  }

  /** `iris://user:password@host:port/NAMESPACE`. */
  getConnectionUri(): string {
    return this.connection.url
  }

  /** What the Node drivers' `createConnection` takes. */
  getConnectionOptions(): IrisConnectionOptions {
    const { host, port, namespace, username, password } = this.connection
    return { host, port, ns: namespace, user: username, pwd: password }
  }

  /**
   * Stops and removes the container and releases its ports. Stopping again is fine, and so is one that is gone already.
   *
   * @param options `timeout` in ms is how long IRIS may take to stop by itself; by default it is killed.
   */
  override stop(options?: Partial<StopOptions>): Promise<StoppedContainer> {
    if (this.#stopping === undefined) {
      this.#stopping = this.#stop(options).catch((error) => {
        this.#stopping = undefined
        throw error
      })
      this.#parts.onStopping(this.#stopping)
    }
    return this.#stopping
  }

  async #stop(options?: Partial<StopOptions>): Promise<StoppedContainer> {
    await this.connection.close()
    const stopped = await super.stop(options).catch((error) => this.#unlessGone(error))
    await this.#parts.onStopped()
    return stopped
  }

  #unlessGone(error: { statusCode?: number; message: string }): StoppedContainer {
    const isGone = error.statusCode === 404 || /removal of container .* is already in progress/.test(error.message)
    if (!isGone) throw error
    return { getId: () => this.getId(), copyArchiveFromContainer: () => Promise.reject(error) }
  }

  /**
   * Restarts IRIS and waits until this boot is ready; the log of the boot before doesn't count. Data and ports stay.
   *
   * @param options `timeout` in ms is how long IRIS may take to stop by itself; by default it is killed.
   * @throws IrisContainerError with a diagnosis; the container is left as it is.
   */
  override async restart({ timeout = 0 }: Partial<RestartOptions> = {}): Promise<void> {
    await this.#parts.restart(timeout)
  }
}
