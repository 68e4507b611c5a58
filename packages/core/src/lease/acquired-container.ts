import { inNamespace } from '../connection/connection-info.ts'
import { IrisConnection } from '../connection/iris-connection.ts'
import { runObjectScript } from '../container/object-script.ts'
import { waitUntilReady } from '../container/wait-until-ready.ts'
import type { EngineClient } from '../engine/engine-client.ts'
import type { PortRegistry } from '../ports/port-registry.ts'
import { currentProcess } from '../process/process-identity.ts'
import type { Acquisition } from './acquire-options.ts'
import type { AcquiredContainerInfo, AcquiredIris } from './acquired-iris.ts'
import type { Hold } from './hold-container.ts'
import { changeContainer, changeLease, claimEnd, holdersOf, removeLease } from './lease-book.ts'
import { loadSources, type Source, sourcesHash } from './load-sources.ts'
import { createNamespaces, dropNamespaces, leftovers } from './namespaces.ts'
import { removeContainer } from './remove-container.ts'

const RENEWAL_MS = 60_000

export interface AcquiredContainerParts {
  readonly engine: EngineClient
  readonly registry: PortRegistry
  readonly acquisition: Acquisition
  readonly hold: Hold
  readonly leaseId: string
  /** To be created for this run; none when it uses the shared one. */
  readonly namespaces: readonly string[]
}

/** A hold on the project's own container. */
export class AcquiredContainer implements AcquiredIris {
  readonly projectPath: string
  readonly namespaces: readonly string[]
  readonly container: AcquiredContainerInfo
  readonly #parts: AcquiredContainerParts
  /** In the container's base namespace; creates and drops the run's own. */
  #base: IrisConnection
  readonly #connections = new Map<string, IrisConnection>()
  readonly #renewal: NodeJS.Timeout
  #released: Promise<void> | undefined

  constructor(parts: AcquiredContainerParts) {
    const { acquisition, hold } = parts
    this.#parts = parts
    this.#base = hold.connection
    this.projectPath = acquisition.projectPath
    this.namespaces = parts.namespaces.length > 0 ? parts.namespaces : [hold.connection.namespace]
    this.container = { id: hold.id, name: hold.name, image: hold.image, start: hold.start }
    this.#renewal = setInterval(() => this.#renew(), RENEWAL_MS)
    this.#renewal.unref()
  }

  get connection(): IrisConnection {
    return this.connectionFor(1)
  }

  connectionFor(worker: number): IrisConnection {
    const namespace = this.namespaces[(Math.max(1, worker) - 1) % this.namespaces.length] as string
    if (namespace === this.#base.namespace) return this.#base
    const existing = this.#connections.get(namespace)
    if (existing) return existing
    const connection = new IrisConnection(inNamespace(this.#base.info, namespace))
    this.#connections.set(namespace, connection)
    return connection
  }

  /** Creates the run's namespaces and loads its sources, all before any worker starts. */
  async prepareNamespaces(sources: readonly Source[]): Promise<void> {
    const { engine, registry, hold, namespaces } = this.#parts
    const access = { connection: this.#base, session: { engine, containerId: hold.id } }
    if (hold.start === 'cold') await this.#dropLeftovers()
    if (namespaces.length > 0) {
      await createNamespaces(access, namespaces)
      for (const namespace of namespaces) {
        if (sources.length === 0) break
        await using connection = new IrisConnection(inNamespace(this.#base.info, namespace))
        await loadSources(connection, sources)
      }
      return
    }
    if (sources.length === 0) return
    const hash = sourcesHash(sources)
    if ((await registry.read()).containers[hold.id]?.loaded === hash) return
    await loadSources(this.#base, sources)
    await registry.update('loaded', (draft) => changeContainer(draft, hold.id, { loaded: hash }))
  }

  async logTail(lines = 50): Promise<string[]> {
    const { engine, hold } = this.#parts
    const text = await engine.logs(hold.id, { tail: lines })
    return text.split(/\r?\n/).filter((line) => line !== '')
  }

  async restart(): Promise<void> {
    const { engine, registry, hold, acquisition } = this.#parts
    const { settings, startupTimeoutMs } = acquisition
    await this.#closeConnections()
    await engine.restartContainer(hold.id, 30)
    const finished = Date.parse((await engine.inspectContainer(hold.id))?.State.FinishedAt ?? '') / 1_000
    this.#base = await waitUntilReady({
      engine,
      id: hold.id,
      name: hold.name,
      image: settings.image,
      connection: this.#base.info,
      since: Number.isNaN(finished) ? 0 : finished,
      timeoutMs: startupTimeoutMs,
      afterHook: false,
    })
    const boot = (await engine.inspectContainer(hold.id))?.State.StartedAt
    await registry.update('restarted', (draft) => changeContainer(draft, hold.id, { ready_boot: boot }))
  }

  exec(
    lines: readonly string[],
    {
      namespace = this.connection.namespace,
      values = {},
    }: { namespace?: string; values?: Readonly<Record<string, string>> } = {},
  ): Promise<string> {
    return runObjectScript(this.#parts.engine, this.#parts.hold.id, { namespace, lines, values })
  }

  release(): Promise<void> {
    this.#released ??= this.#release()
    return this.#released
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.release()
  }

  async #release(): Promise<void> {
    const { engine, registry, acquisition, hold, leaseId, namespaces } = this.#parts
    clearInterval(this.#renewal)
    await this.#closeConnections(namespaces.length === 0)
    if (acquisition.keep === 'stop' && (await this.#leaveLast())) {
      await removeContainer({ engine, registry, id: hold.id })
      return
    }
    // While the lease is held, nobody ends the container under the clean-up.
    let failure: unknown
    if (namespaces.length > 0) {
      const access = { connection: this.#base, session: { engine, containerId: hold.id } }
      await dropNamespaces(access, namespaces).catch((error) => {
        failure = error
      })
    }
    await this.#base.close()
    await registry.update('release', (draft) => {
      removeLease(draft, leaseId)
      if (holdersOf(draft, hold.id).length === 0) {
        changeContainer(draft, hold.id, { keep: acquisition.keep, idle_since: new Date().toISOString() })
      }
    })
    if (acquisition.keep === 'stop') await removeContainer({ engine, registry, id: hold.id })
    if (failure && (await engine.inspectContainer(hold.id))?.State.Running) throw failure
  }

  /** Gives the lease up and claims the container's end in one commit, unless another run is still on it. */
  async #leaveLast(): Promise<boolean> {
    const { registry, hold, leaseId } = this.#parts
    return registry.update('release', (draft) => {
      if (!claimEnd(draft, hold.id, currentProcess(), leaseId)) return false
      removeLease(draft, leaseId)
      return true
    })
  }

  /** After a crash or a reboot nobody may have been there to drop what dead runs had created. */
  async #dropLeftovers(): Promise<void> {
    const { engine, registry, hold } = this.#parts
    if (this.#base.webPort === 0) return
    const { namespaces } = await this.#base.serverInfo()
    const held = (await registry.read()).leases.flatMap((lease) => lease.namespaces)
    await dropNamespaces(
      { connection: this.#base, session: { engine, containerId: hold.id } },
      leftovers(namespaces, held),
    )
  }

  #renew(): void {
    const { registry, leaseId } = this.#parts
    registry
      .update('renew', (draft) => changeLease(draft, leaseId, { renewed_at: new Date().toISOString() }))
      // A registry that is out of reach for a minute is no reason to end a test run.
      .catch(() => {})
  }

  async #closeConnections(base = true): Promise<void> {
    const open = [...this.#connections.values(), ...(base ? [this.#base] : [])]
    await Promise.all(open.map((connection) => connection.close()))
  }
}
