import { inNamespace } from '../../connection/connection-info.ts'
import { IrisConnection } from '../../connection/iris-connection.ts'
import type { SqlSession } from '../../connection/sql-session.ts'
import { openContainerSqlSession } from '../../container/container-sql-session.ts'
import { freeDisk } from '../../container/free-disk.ts'
import { runObjectScript } from '../../container/object-script.ts'
import type { HoldContext } from '../book/hold-context.ts'
import { LeaseError } from '../book/lease-error.ts'
import { fileNamespace, leftovers, namespacesAhead } from '../book/namespace-names.ts'
import { invalidOption } from '../book/option-checks.ts'
import { namespaceRecorder } from '../book/record-namespaces.ts'
import { changedClasses } from '../load/changed-classes.ts'
import { FilePool } from '../load/file-namespaces.ts'
import { loadOnce } from '../load/load-once.ts'
import { loadSources } from '../load/load-sources.ts'
import { type ContainerSession, createNamespaces, dropNamespaces } from '../load/namespaces.ts'
import { readSources, sourcesHash } from '../load/read-sources.ts'
import { reloadClasses } from '../load/reload-classes.ts'
import { restoreSnapshot, takeSnapshot } from '../load/snapshots.ts'
import type { Source } from '../load/source.ts'
import type { AcquiredContainerInfo, AcquiredIris } from './acquired-iris.ts'
import type { KeptNamespace } from './describe-kept.ts'
import type { Hold } from './hold-container.ts'
import { KeptCopies } from './kept-copies.ts'
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
  readonly onFailure: AcquiredIris['onFailure']
  readonly container: AcquiredContainerInfo
  readonly files: FilePool | undefined
  readonly #parts: AcquiredContainerParts
  readonly #copies: KeptCopies
  /** In the container's base namespace; creates and drops the run's own. */
  #base: IrisConnection
  readonly #connections = new Map<string, IrisConnection>()
  /** The fingerprint of what is loaded. */
  #loaded = ''
  #sources: readonly Source[] = []
  #released: Promise<void> | undefined

  constructor(parts: AcquiredContainerParts) {
    const { context, hold } = parts
    this.#parts = parts
    this.#base = hold.connection
    this.projectPath = context.acquisition.projectPath
    this.namespaces = context.lease.namespaces.length > 0 ? context.lease.namespaces : [hold.connection.namespace]
    this.#copies = new KeptCopies(context, hold.id)
    const { reset, resetExcept, onFailure } = context.acquisition
    this.onFailure = onFailure
    this.reset = { when: hold.connection.webPort === 0 ? false : reset, except: resetExcept }
    this.container = { id: hold.id, name: hold.name, image: hold.image, start: hold.start }
    if (context.acquisition.isolation === 'file') this.files = this.#filePool()
  }

  get connection(): IrisConnection {
    return this.connectionFor(1)
  }

  connectionFor(worker: number): IrisConnection {
    const namespace = this.namespaces[(Math.max(1, worker) - 1) % this.namespaces.length] as string
    const existing = this.#connections.get(namespace)
    if (existing) return existing
    const sharing = namespace === this.#base.namespace ? { sharing: this.#base } : {}
    const sessions = (name: string) => this.openSession(name)
    const connection = new IrisConnection(inNamespace(this.#base.info, namespace), { ...sharing, sessions })
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
    this.#copies.beginRerun()
    const { acquisition, lease } = this.#parts.context
    const sources = await readSources(acquisition.load, acquisition.folder)
    if (sourcesHash(sources) === this.#loaded) return false
    if (await this.#reloadClasses(sources)) return true
    await this.#closeConnections()
    if (this.files) {
      this.#sources = sources
      this.#loaded = sourcesHash(sources)
      await this.files.renew()
      return true
    }
    await dropNamespaces(this.#access, lease.namespaces)
    await createNamespaces(this.#access, lease.namespaces)
    await this.#load(sources)
    return true
  }

  /** Where nothing but classes has changed, the namespaces need not be made afresh; says whether that was so. */
  async #reloadClasses(sources: readonly Source[]): Promise<boolean> {
    const { lease } = this.#parts.context
    const isWhole = this.#loaded !== '' && this.files === undefined && lease.namespaces.length > 0
    const classes = isWhole ? changedClasses(this.#sources, sources) : undefined
    if (classes === undefined) return false
    // What fails half-way is loaded from the beginning the next time.
    this.#loaded = ''
    if (!(await reloadClasses(this.#base, lease.namespaces, classes, this.reset.except))) return false
    this.#sources = sources
    this.#loaded = sourcesHash(sources)
    return true
  }

  #filePool(): FilePool {
    const { context, hold } = this.#parts
    const { registry, lease, engine } = context
    const record = namespaceRecorder(registry, lease.id)
    return new FilePool({
      made: lease.namespaces,
      ahead: namespacesAhead(lease.namespaces.length),
      nameOf: (number) => fileNamespace(lease.id, number),
      make: async (name, { number, isAgain }) => {
        await record(number, this.files?.existing ?? [])
        if (isAgain) await dropNamespaces(this.#access, [name])
        await createNamespaces(this.#access, [name])
        await this.#loadInto(this.#base.inNamespace(name), this.#sources)
      },
      drop: (names) => dropNamespaces(this.#access, names),
      freeDisk: () => freeDisk(engine, hold.id),
    })
  }

  async #loadInto(connection: IrisConnection, sources: readonly Source[]): Promise<void> {
    const { context, hold } = this.#parts
    await loadSources(connection, sources, { engine: context.engine, containerId: hold.id })
    if (this.reset.when === 'each') await connection.markBaseline(this.reset)
  }

  async #load(sources: readonly Source[]): Promise<void> {
    const { context, hold } = this.#parts
    const { registry, lease, signal } = context
    this.#loaded = ''
    this.#sources = sources
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

  async logTail(lines = 50, since?: number): Promise<string[]> {
    const { context, hold } = this.#parts
    const text = await context.engine.logs(hold.id, {
      tail: lines,
      ...(since === undefined ? {} : { since: since / 1_000 }),
    })
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

  openSession(namespace: string): Promise<SqlSession> {
    const { context, hold } = this.#parts
    return openContainerSqlSession(context.engine, hold.id, namespace)
  }

  async snapshot(name: string, namespace: string = this.connection.namespace): Promise<void> {
    await takeSnapshot(this.#sessionFor(namespace), { namespace, name })
  }

  async restore(name: string, namespace: string = this.connection.namespace): Promise<void> {
    await restoreSnapshot(this.#sessionFor(namespace), { namespace, name })
  }

  async keepCopy(namespace: string = this.connection.namespace, test?: string): Promise<KeptNamespace> {
    this.#sessionFor(namespace)
    return await this.#copies.add({ base: this.#base, from: namespace, test })
  }

  /** A namespace that others use as well isn't this run's to dismount. */
  #sessionFor(namespace: string): ContainerSession {
    const own = this.files?.existing ?? this.#parts.context.lease.namespaces
    if (own.includes(namespace.toUpperCase())) return this.#access.session
    throw invalidOption(
      'namespace',
      namespace,
      `one of the run's own: ${own.join(', ') || 'it has none, as its isolation is shared'}`,
    )
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
    const filled = this.files?.close()
    await releaseHold(context, hold.id, async () => {
      await filled
      await dropNamespaces(this.#access, this.files?.existing ?? context.lease.namespaces)
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
    const { leases, containers } = await this.#parts.context.registry.read()
    const kept = containers[this.#parts.hold.id]?.kept ?? []
    const held = [...leases.flatMap((lease) => lease.namespaces), ...kept.map(({ namespace }) => namespace)]
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
