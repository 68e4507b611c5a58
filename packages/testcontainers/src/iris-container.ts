import {
  type CreateRequest,
  completeSettings,
  createRequest,
  currentProcess,
  type EngineClient,
  ensureImage,
  findEngine,
  fingerprint,
  formatFingerprints,
  hasAfterHook,
  hostAddress,
  type IrisSettings,
  LABELS,
  locateProcess,
  normaliseProjectPath,
  onDefaultPorts,
  onReservedPorts,
  type ReservedPorts,
  removeOrphans,
  restartContainer,
  SUPERSERVER_PORT,
  settingsFile,
  WEB_PORT,
} from '@iris-devtester/core/container'
import { IRISContainerBuilder } from './iris-container-builder.ts'
import { StartedIRISContainer } from './started-iris-container.ts'
import { startSupervised } from './supervised-start.ts'
import { useEngine } from './testcontainers-engine.ts'

const STARTUP_TIMEOUT_MS = 180_000

/**
 * A container of InterSystems IRIS, in the manner of the Testcontainers modules. With a registry it runs on its project's
 * own reserved ports, which `stop()` releases; without one on 1972 and 52773.
 *
 * It lives as long as the process that started it: one that a killed process left behind is removed by the next start
 * under the same registry, or by the reaper if a run brings one up. A container that outlives its run and is shared is
 * what `acquireIris` is for.
 *
 * ```ts
 * await using container = await new IRISContainer('intersystems/iris-community:latest-em')
 *   .withPortRegistry(new PortRegistry())
 *   .start()
 * await container.connection.sql('SELECT $ZVERSION')
 * ```
 */
export class IRISContainer extends IRISContainerBuilder {
  #ports: ReservedPorts | undefined
  #running: Promise<StartedIRISContainer> | undefined
  #stopping: Promise<unknown> | undefined
  #onCreated: (id: string) => Promise<void> = async () => {}

  /** The superserver's port: the assigned one once started, before that the one asked for, else 1972. */
  getAssignedPort(): number {
    return this.#ports?.port ?? this.preferredPort ?? SUPERSERVER_PORT
  }

  /** The project the ports are reserved for; `undefined` without a registry. */
  getProjectPath(): string | undefined {
    return this.registry ? this.#project() : undefined
  }

  /**
   * Starts the container and waits until IRIS is ready. A container that runs already is given again. A start that fails
   * leaves nothing behind: no container and no assignment.
   *
   * @throws EngineError, IrisContainerError, PortRegistryError: each says what happened and what to do.
   */
  override start(): Promise<StartedIRISContainer> {
    this.#running ??= this.#start().catch((error) => {
      this.#running = undefined
      throw error
    })
    return this.#running
  }

  async #start(): Promise<StartedIRISContainer> {
    // Whoever stopped it hears of the failure.
    await this.#stopping?.catch(() => {})
    const registry = this.registry
    const projectPath = this.#project()
    const preferredPort = this.preferredPort
    const engine = await findEngine()
    const address = hostAddress(engine.endpoint, this.settings.bindAddress, await locateProcess(engine))
    const settings = completeSettings({
      ...this.settings,
      bindAddress: address.bindAddress,
      environment: this.environment,
      command: this.createOpts.Cmd ?? [],
    })
    await ensureImage(engine, settings.image, { pull: this.pullPolicy.shouldPull() !== 'never' })
    await removeOrphans(engine, registry?.registryId ?? '')
    const attempt = (ports: ReservedPorts) => this.#attempt(engine, settings, address.host, ports)
    if (registry) return onReservedPorts({ registry, projectPath, preferredPort }, attempt)
    return onDefaultPorts({ port: this.getAssignedPort(), webPort: WEB_PORT }, attempt)
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
      registryId: this.registry?.registryId ?? '',
      ...ports,
      fingerprints: formatFingerprints(fingerprint(settings)),
      owner: 'container',
      process: currentProcess(),
    })
    const { namespace, username, password, image, command } = settings
    const readiness = {
      engine,
      name: this.createOpts.name ?? request.name,
      image,
      connection: { host, ...ports, namespace, username, password },
      since: 0,
      timeoutMs: this.startupTimeoutMs ?? STARTUP_TIMEOUT_MS,
      afterHook: hasAfterHook(command),
    }
    await useEngine(engine)
    const restore = this.#apply(request, settings, ports)
    try {
      const { container, connection } = await startSupervised({
        readiness,
        attempt: request.body.Labels[LABELS.attempt] ?? '',
        start: (onCreated) => {
          this.#onCreated = async (id) => {
            await onCreated(id)
            // From here on the assignment goes stale when the container is gone.
            await this.registry?.setContainerName(projectPath, readiness.name)
          }
          return super.start()
        },
      })
      this.#ports = ports
      return new StartedIRISContainer(container, {
        connection,
        projectPath: this.getProjectPath(),
        restart: (graceMs) => restartContainer({ ...readiness, id: container.getId() }, connection, graceMs),
        onStopping: (stopping) => {
          this.#stopping = stopping
          this.#running = undefined
        },
        onStopped: () => this.#release(projectPath),
      })
    } finally {
      restore()
    }
  }

  async #release(projectPath: string): Promise<void> {
    this.#ports = undefined
    for (const service of ['iris', 'iris-web'] as const) {
      const assignment = await this.registry?.getAssignment(projectPath, { service })
      if (assignment?.status === 'active') await this.registry?.releasePort(projectPath, { service })
    }
  }

  /** Puts the request into the library's options for one attempt, and gives what takes it out again. */
  #apply({ name, body, files }: CreateRequest, settings: IrisSettings, ports: ReservedPorts): () => void {
    const { exposedPorts, contentsToCopy, waitStrategy } = this
    const createOpts = { ...this.createOpts }
    const hostConfig = { ...this.hostConfig }
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
      ...[...files, settingsFile(settings)].map(({ path, content, mode }) => ({ content, target: path, mode })),
    ]
    this.waitStrategy ??= readyAtOnce
    return () => Object.assign(this, { createOpts, hostConfig, exposedPorts, contentsToCopy, waitStrategy })
  }

  protected override containerCreated(id: string): Promise<void> {
    return this.#onCreated(id)
  }

  #project(): string {
    this.projectPath ??= normaliseProjectPath(process.cwd())
    return this.registry?.projectName(this.projectPath) ?? this.projectPath
  }
}

/** Readiness is waited for after the library's start, where a failure doesn't make it remove what it didn't create. */
const readyAtOnce = {
  waitUntilReady: async () => {},
  withStartupTimeout: () => readyAtOnce,
  isStartupTimeoutSet: () => true,
  getStartupTimeout: () => STARTUP_TIMEOUT_MS,
}
