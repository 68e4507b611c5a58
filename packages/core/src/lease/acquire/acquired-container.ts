import { inNamespace } from '../../connection/connection-info.ts'
import { IrisConnection } from '../../connection/iris-connection.ts'
import { runObjectScript } from '../../container/object-script.ts'
import type { HoldContext } from '../book/hold-context.ts'
import { LeaseError } from '../book/lease-error.ts'
import { leftovers } from '../book/namespace-names.ts'
import { loadOnce } from '../load/load-once.ts'
import { loadSources } from '../load/load-sources.ts'
import { createNamespaces, dropNamespaces } from '../load/namespaces.ts'
import { readSources, sourcesHash } from '../load/read-sources.ts'
import type { Source } from '../load/source.ts'
import type { AcquiredContainerInfo, AcquiredIris } from './acquired-iris.ts'
import type { Hold } from './hold-container.ts'
import { releaseHold } from './release-hold.ts'
import { waitForBoot } from './wait-for-boot.ts'

/** How long IRIS may take to shut down before it is killed, in seconds. */
const GRACE_SECONDS = 30

export interface AcquiredContainerParts {
  readonly context: HoldContext
  readonly hold: Hold
  /** Ends the renewal of the lease. */
  readonly endRenewal: () => void
}

/** A hold on the project's own container. */
export class AcquiredContainer implements AcquiredIris {
  readonly projectPath: string
  readonly namespaces: readonly string[]
  readonly reset: AcquiredIris['reset']
  readonly container: AcquiredContainerInfo
  readonly #parts: AcquiredContainerParts
  /** In the container's base namespace; creates and drops the run's own. */
  #base: IrisConnection
  readonly #connections = new Map<string, IrisConnection>()
  /** The fingerprint of what is loaded. */
  #loaded = ''
  #released: Promise<void> | undefined

  constructor(parts: AcquiredContainerParts) {
    const { context, hold } = parts
    this.#parts = parts
    this.#base = hold.connection
    this.projectPath = context.acquisition.projectPath
    this.namespaces = context.lease.namespaces.length > 0 ? context.lease.namespaces : [hold.connection.namespace]
    const { reset, resetExcept } = context.acquisition
    this.reset = { when: hold.connection.webPort === 0 ? false : reset, except: resetExcept }
    this.container = { id: hold.id, name: hold.name, image: hold.image, start: hold.start }
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
  async prepareNamespaces(sources: readonly Source[], onLoad: () => void): Promise<void> {
    const { context, hold } = this.#parts
    const { lease } = context
    if (hold.start === 'cold' && !hold.isNew) await this.#dropLeftovers()
    await createNamespaces(this.#access, lease.namespaces)
    if (sources.length > 0) onLoad()
    await this.#load(sources)
  }

  async reload(): Promise<boolean> {
    const { acquisition, lease } = this.#parts.context
    const sources = await readSources(acquisition.load, acquisition.folder)
    if (sourcesHash(sources) === this.#loaded) return false
    await this.#closeConnections()
    await dropNamespaces(this.#access, lease.namespaces)
    await createNamespaces(this.#access, lease.namespaces)
    await this.#load(sources)
    return true
  }

  async #load(sources: readonly Source[]): Promise<void> {
    const { context, hold } = this.#parts
    const { registry, lease, signal } = context
    this.#loaded = ''
    if (sources.length === 0) return
    const session = { engine: context.engine, containerId: hold.id }
    if (lease.namespaces.length === 0) {
      await loadOnce({ registry, containerId: hold.id, connection: this.#base, sources, session, signal })
    }
    for (const namespace of lease.namespaces) {
      await using connection = new IrisConnection(inNamespace(this.#base.info, namespace))
      await loadSources(connection, sources, session)
    }
    this.#loaded = sourcesHash(sources)
  }

  async logTail(lines = 50): Promise<string[]> {
    const { context, hold } = this.#parts
    const text = await context.engine.logs(hold.id, { tail: lines })
    return text.split(/\r?\n/).filter((line) => line !== '')
  }

  async restart(): Promise<void> {
    const { context, hold } = this.#parts
    const { engine } = context
    await this.#closeConnections()
    await engine.restartContainer(hold.id, GRACE_SECONDS)
    const found = await engine.inspectContainer(hold.id)
    const prepared = found && (await waitForBoot(context, found))
    if (!prepared) throw containerEnded(hold)
    this.#base = prepared.connection
  }

  exec(
    lines: readonly string[],
    {
      namespace = this.connection.namespace,
      values = {},
    }: { namespace?: string; values?: Readonly<Record<string, string>> } = {},
  ): Promise<string> {
    const { context, hold } = this.#parts
    return runObjectScript(context.engine, hold.id, { namespace, lines, values })
  }

  release(): Promise<void> {
    this.#released ??= this.#release()
    return this.#released
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.release()
  }

  async #release(): Promise<void> {
    const { context, hold, endRenewal } = this.#parts
    endRenewal()
    await releaseHold(context, hold.id, async () => {
      await dropNamespaces(this.#access, context.lease.namespaces)
      await this.#closeConnections()
    })
  }

  get #access() {
    const { context, hold } = this.#parts
    return { connection: this.#base, session: { engine: context.engine, containerId: hold.id } }
  }

  /** After a crash or a reboot nobody may have been there to drop what dead runs had created. */
  async #dropLeftovers(): Promise<void> {
    if (this.#base.webPort === 0) return
    const { namespaces } = await this.#base.serverInfo()
    const held = (await this.#parts.context.registry.read()).leases.flatMap((lease) => lease.namespaces)
    await dropNamespaces(this.#access, leftovers(namespaces, held))
  }

  async #closeConnections(): Promise<void> {
    await Promise.all([...this.#connections.values(), this.#base].map((connection) => connection.close()))
  }
}

function containerEnded({ name }: Hold): LeaseError {
  return new LeaseError({
    code: 'NO_CONTAINER',
    message: `The container ${name} was ended, or started once more, by somebody else while it was being restarted.`,
    hint: 'Run again.',
    details: { name },
  })
}
