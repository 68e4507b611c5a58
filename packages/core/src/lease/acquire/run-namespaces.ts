import { inNamespace } from '../../connection/connection-info.ts'
import { IrisConnection } from '../../connection/iris-connection.ts'
import type { ResetSettings } from '../../connection/reset-settings.ts'
import { freeDisk } from '../../container/free-disk.ts'
import type { HoldContext } from '../book/hold-context.ts'
import { fileNamespace, leftovers, namespacesAhead } from '../book/namespace-names.ts'
import { namespaceRecorder } from '../book/record-namespaces.ts'
import { changedClasses } from '../load/changed-classes.ts'
import { FilePool } from '../load/file-namespaces.ts'
import { loadOnce } from '../load/load-once.ts'
import { loadSources } from '../load/load-sources.ts'
import { type ContainerSession, createNamespaces, dropNamespaces } from '../load/namespaces.ts'
import { readSources, sourcesHash } from '../load/read-sources.ts'
import { reloadClasses } from '../load/reload-classes.ts'
import type { Source } from '../load/source.ts'
import type { Hold } from './hold-container.ts'

export interface RunNamespacesParts {
  readonly context: HoldContext
  readonly hold: Pick<Hold, 'id' | 'start' | 'isNew'>
  readonly reset: ResetSettings
  /** A connection to the container's base namespace, as it is at the moment. */
  readonly base: () => IrisConnection
}

/** A run's own namespaces in its container, and what is loaded into them. */
export class RunNamespaces {
  /** With the isolation `file`, those of the test files. */
  readonly files: FilePool | undefined
  readonly #parts: RunNamespacesParts
  /** The fingerprint of what is loaded. */
  #loaded = ''
  #sources: readonly Source[] = []

  constructor(parts: RunNamespacesParts) {
    this.#parts = parts
    this.files = parts.context.acquisition.isolation === 'file' ? this.#filePool() : undefined
  }

  /** Those that exist, as far as this process knows; none with the isolation `shared`. */
  get existing(): readonly string[] {
    return this.files?.existing ?? this.#parts.context.lease.namespaces
  }

  /** Creates them and loads the run's sources, all before any worker starts. */
  async prepare(sources: readonly Source[], onLoad: () => void): Promise<void> {
    const { context, hold } = this.#parts
    if (hold.start === 'cold' && !hold.isNew) await this.#dropLeftovers()
    await createNamespaces(this.#access, context.lease.namespaces)
    if (sources.length > 0) onLoad()
    await this.#load(sources)
  }

  /**
   * Loads what has changed since.
   *
   * @param onAnew called before namespaces are made afresh.
   * @returns whether anything had changed.
   */
  async reload(onAnew: () => Promise<void>): Promise<boolean> {
    const { acquisition, lease } = this.#parts.context
    const sources = await readSources(acquisition.load, acquisition.folder)
    if (sourcesHash(sources) === this.#loaded) return false
    if (await this.#reloadClasses(sources)) return true
    await onAnew()
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

  /** Drops all of them. */
  async drop(): Promise<void> {
    await dropNamespaces(this.#access, this.existing)
  }

  get #session(): ContainerSession {
    const { context, hold } = this.#parts
    return { engine: context.engine, containerId: hold.id }
  }

  get #access() {
    return { connection: this.#parts.base(), session: this.#session }
  }

  async #load(sources: readonly Source[]): Promise<void> {
    const { context, hold, base } = this.#parts
    const { registry, lease, signal } = context
    this.#loaded = ''
    this.#sources = sources
    if (sources.length === 0) return
    const session = this.#session
    if (lease.namespaces.length === 0) {
      await loadOnce({ registry, containerId: hold.id, connection: base(), sources, session, signal })
    }
    for (const namespace of lease.namespaces) {
      await using connection = new IrisConnection(inNamespace(base().info, namespace))
      await loadSources(connection, sources, session)
    }
    this.#loaded = sourcesHash(sources)
  }

  /** Where nothing but classes has changed, the namespaces need not be made afresh; says whether that was so. */
  async #reloadClasses(sources: readonly Source[]): Promise<boolean> {
    const { context, reset, base } = this.#parts
    const { namespaces } = context.lease
    const isWhole = this.#loaded !== '' && this.files === undefined && namespaces.length > 0
    const classes = isWhole ? changedClasses(this.#sources, sources) : undefined
    if (classes === undefined) return false
    // What fails half-way is loaded from the beginning the next time.
    this.#loaded = ''
    if (!(await reloadClasses(base(), namespaces, classes, reset.except))) return false
    this.#sources = sources
    this.#loaded = sourcesHash(sources)
    return true
  }

  #filePool(): FilePool {
    const { context, hold, reset, base } = this.#parts
    const { registry, lease, engine } = context
    const record = namespaceRecorder(registry, lease.id)
    return new FilePool({
      made: lease.namespaces,
      ahead: namespacesAhead(lease.namespaces.length),
      nameOf: (number) => fileNamespace(lease.id, number),
      make: async (name, { number, isAgain }) => {
        await record(number, this.existing)
        if (isAgain) await dropNamespaces(this.#access, [name])
        await createNamespaces(this.#access, [name])
        const connection = base().inNamespace(name)
        await loadSources(connection, this.#sources, this.#session)
        if (reset.when === 'each') await connection.markBaseline(reset)
      },
      drop: (names) => dropNamespaces(this.#access, names),
      freeDisk: () => freeDisk(engine, hold.id),
    })
  }

  /** After a crash or a reboot nobody may have been there to drop what dead runs had created. */
  async #dropLeftovers(): Promise<void> {
    const { context, hold, base } = this.#parts
    if (base().webPort === 0) return
    const { namespaces } = await base().serverInfo()
    const { leases, containers } = await context.registry.read()
    const kept = containers[hold.id]?.kept ?? []
    const held = [...leases.flatMap((lease) => lease.namespaces), ...kept.map(({ namespace }) => namespace)]
    await dropNamespaces(this.#access, leftovers(namespaces, held))
  }
}
