import { GenericContainer, type StartedTestContainer } from 'testcontainers'
import type { EngineClient } from '../engine/engine-client.ts'
import { findEngine } from '../engine/find-engine.ts'
import type { PortRegistry } from '../ports/port-registry.ts'
import { normaliseProjectPath } from '../ports/project-path.ts'
import { nameTaken } from './create-container.ts'
import { createRequest, hasAfterHook } from './create-request.ts'
import { diagnose } from './diagnosis.ts'
import { untilContainerEnds } from './early-exit.ts'
import { hostAddress, surroundings } from './host-address.ts'
import {
  completeSettings,
  DEFAULT_IMAGE,
  type IrisSettings,
  SUPERSERVER_PORT,
  settingsHash,
  WEB_PORT,
} from './iris-settings.ts'
import { ensureImage } from './pull-image.ts'
import { onReservedPorts, type ReservedPorts } from './reserved-ports.ts'
import { StartedIRISContainer } from './started-iris-container.ts'
import { useEngine } from './testcontainers-engine.ts'
import { gatherEvidence, type ReadinessRequest, waitUntilReady } from './wait-until-ready.ts'

const STARTUP_TIMEOUT_MS = 180_000

/**
 * A container of InterSystems IRIS, in the manner of the Testcontainers modules. With a registry it runs on its project's
 * own reserved ports, which `stop()` releases; without one on 1972 and 52773.
 *
 * ```ts
 * await using container = await new IRISContainer('intersystems/iris-community:latest-em')
 *   .withPortRegistry(new PortRegistry())
 *   .start()
 * await container.connection.sql('SELECT $ZVERSION')
 * ```
 */
export class IRISContainer extends GenericContainer {
  #settings: Partial<IrisSettings> = {}
  #registry: PortRegistry | undefined
  #projectPath: string | undefined
  #preferredPort: number | undefined
  #ports: ReservedPorts | undefined
  #running: Promise<StartedIRISContainer> | undefined
  #createdId: string | undefined
  #onCreated: ((id: string) => void) | undefined

  /** @param image default: `IRIS_IMAGE` in the environment, else the official Community image. */
  constructor(image: string = process.env.IRIS_IMAGE || DEFAULT_IMAGE) {
    super(image)
    this.#settings = { image }
    // No reaper container is pulled or started: what a run leaves behind is this product's own business.
    this.withAutoCleanup(false)
  }

  /** The namespace connections use; created at start when it isn't one of IRIS's own. Default `USER`. */
  withNamespace(namespace: string): this {
    return this.#with({ namespace })
  }

  /** The user to create. Default `test`. */
  withUsername(username: string): this {
    return this.#with({ username })
  }

  /** The user's password. Default `test`. */
  withPassword(password: string): this {
    return this.#with({ password })
  }

  /** A licence key file of this machine, as an absolute path: for enterprise images. */
  withLicenseKey(path: string): this {
    return this.#with({ licenseKey: path })
  }

  /** Lines of a configuration merge file, `[section]` lines among them, added to our own. */
  withMergeLines(lines: readonly string[]): this {
    return this.#with({ mergeLines: lines })
  }

  /** The host address that ports are bound to. Default `127.0.0.1`. */
  withBindAddress(bindAddress: string): this {
    return this.#with({ bindAddress })
  }

  /** Memory for database buffers, in MiB. Default 128. */
  withGlobalBuffers(megabytes: number): this {
    return this.#with({ globalBuffersMb: megabytes })
  }

  /** Reserves the ports in this registry from `start()` to `stop()`. */
  withPortRegistry(registry: PortRegistry): this {
    this.#registry = registry
    return this
  }

  /** The project the ports are reserved for: an absolute path. Default: the working directory at the start. */
  withProjectPath(path: string): this {
    this.#projectPath = normaliseProjectPath(path)
    return this
  }

  /** The one superserver port that will do. With a registry, one that is taken is a `PortConflictError` at the start. */
  withPreferredPort(port: number): this {
    this.#preferredPort = port
    return this
  }

  /** The superserver's port: the assigned one once started, before that the one asked for, else 1972. */
  getAssignedPort(): number {
    return this.#ports?.port ?? this.#preferredPort ?? SUPERSERVER_PORT
  }

  /** The project the ports are reserved for; `undefined` without a registry. */
  getProjectPath(): string | undefined {
    return this.#registry ? this.#project() : undefined
  }

  /**
   * Starts the container and waits until IRIS is ready. A container that runs already is given again. A start that fails
   * leaves nothing behind: no container and no assignment.
   *
   * @throws EngineError, IrisContainerError, PortRegistryError: each says what happened and what to do.
   */
  override start(): Promise<StartedIRISContainer> {
    this.#running ??= this.#start().catch((error) => {
      this.#forget()
      throw error
    })
    return this.#running
  }

  async #start(): Promise<StartedIRISContainer> {
    const engine = await findEngine()
    const address = hostAddress(engine.endpoint, this.#settings.bindAddress, await surroundings(engine))
    const settings = completeSettings({
      ...this.#settings,
      bindAddress: address.bindAddress,
      environment: this.environment,
      command: this.createOpts.Cmd ?? [],
    })
    await ensureImage(engine, settings.image)
    await useEngine(engine)
    const attempt = (ports: ReservedPorts) => this.#attempt(engine, settings, address.host, ports)
    if (this.#registry === undefined) {
      return attempt({ port: this.getAssignedPort(), webPort: WEB_PORT })
    }
    const reservation = {
      registry: this.#registry,
      projectPath: this.#project(),
      preferredPort: this.#preferredPort,
    }
    return onReservedPorts(reservation, attempt)
  }

  async #attempt(
    engine: EngineClient,
    settings: IrisSettings,
    host: string,
    ports: ReservedPorts,
  ): Promise<StartedIRISContainer> {
    const projectPath = this.#project()
    const request = createRequest(settings, {
      projectPath,
      registryFolder: this.#registry?.folder ?? '',
      ...ports,
      settingsHash: settingsHash(settings),
      owner: 'container',
    })
    const readiness: Omit<ReadinessRequest, 'id'> = {
      engine,
      name: this.createOpts.name ?? request.name,
      image: settings.image,
      connection: { host, ...ports, ...credentials(settings) },
      since: 0,
      timeoutMs: this.startupTimeoutMs ?? STARTUP_TIMEOUT_MS,
      afterHook: hasAfterHook(settings.command),
    }
    const restore = this.#apply(request, ports)
    const over = new AbortController()
    try {
      const created = new Promise<string>((resolve) => {
        this.#onCreated = resolve
      })
      const started = super.start()
      // The library waits ten seconds for ports of a container that has ended; its end is known here at once.
      const ended = created.then((id) => endEarly({ ...readiness, id }, over.signal))
      ended.catch(() => {})
      const container = await Promise.race([started, ended])
      const connection = await waitUntilReady({ ...readiness, id: container.getId() })
      await this.#registry?.setContainerName(projectPath, readiness.name)
      this.#ports = ports
      return this.#started(container, readiness, connection)
    } catch (error) {
      if (this.#createdId !== undefined) await engine.removeContainer(this.#createdId).catch(() => {})
      throw (error as { statusCode?: number }).statusCode === 409 ? nameTaken(readiness.name, error) : error
    } finally {
      over.abort()
      restore()
    }
  }

  #started(
    container: StartedTestContainer,
    readiness: Omit<ReadinessRequest, 'id'>,
    connection: Awaited<ReturnType<typeof waitUntilReady>>,
  ): StartedIRISContainer {
    const registry = this.#registry
    const projectPath = this.getProjectPath()
    return new StartedIRISContainer(container, connection, {
      readiness: { ...readiness, id: container.getId() },
      projectPath,
      onStopped: async () => {
        this.#forget()
        if (registry === undefined || projectPath === undefined) return
        for (const service of ['iris', 'iris-web'] as const) {
          if (await registry.getAssignment(projectPath, { service })) {
            await registry.releasePort(projectPath, { service })
          }
        }
      },
    })
  }

  /** Puts the request into the library's options for one attempt, and gives what takes it out again. */
  #apply({ name, body, files }: ReturnType<typeof createRequest>, ports: ReservedPorts): () => void {
    const { exposedPorts, contentsToCopy, waitStrategy } = this
    const createOpts = { ...this.createOpts }
    const hostConfig = { ...this.hostConfig }
    this.#createdId = undefined
    this.withName(createOpts.name ?? name).withLabels(body.Labels)
    this.withExposedPorts(
      { container: SUPERSERVER_PORT, host: ports.port },
      { container: WEB_PORT, host: ports.webPort },
    )
    // The library's own bindings have no host address and would open the ports to the network.
    this.hostConfig.PortBindings = { ...this.hostConfig.PortBindings, ...body.HostConfig.PortBindings }
    if (body.Cmd) this.createOpts.Cmd = body.Cmd
    this.createOpts.Env = [...new Set([...(createOpts.Env ?? []), ...body.Env])]
    this.contentsToCopy = [
      ...contentsToCopy,
      ...files.map(({ path, content, mode }) => ({ content, target: path, mode })),
    ]
    this.waitStrategy = alreadyReady
    return () => {
      this.createOpts = createOpts
      this.hostConfig = hostConfig
      this.exposedPorts = exposedPorts
      this.contentsToCopy = contentsToCopy
      this.waitStrategy = waitStrategy
    }
  }

  protected override async containerCreated(id: string): Promise<void> {
    this.#createdId = id
    this.#onCreated?.(id)
  }

  #with(settings: Partial<IrisSettings>): this {
    this.#settings = { ...this.#settings, ...settings }
    return this
  }

  #project(): string {
    this.#projectPath ??= normaliseProjectPath(process.cwd())
    return this.#projectPath
  }

  #forget(): void {
    this.#running = undefined
    this.#ports = undefined
  }
}

/** Readiness is waited for after the library's start, where a failure doesn't make it remove what it didn't create. */
const alreadyReady = {
  waitUntilReady: async () => {},
  withStartupTimeout: () => alreadyReady,
  isStartupTimeoutSet: () => true,
  getStartupTimeout: () => STARTUP_TIMEOUT_MS,
}

async function endEarly(request: ReadinessRequest, signal: AbortSignal): Promise<never> {
  await untilContainerEnds(request.engine, request.id, 'next-exit', signal)
  throw diagnose(await gatherEvidence(request, []))
}

function credentials({ namespace, username, password }: IrisSettings) {
  return { namespace, username, password }
}
