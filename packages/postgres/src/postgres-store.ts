import { randomUUID } from 'node:crypto'
import {
  currentProcess,
  type ProjectNames,
  type RegistryDocument,
  type RegistrySnapshot,
  type RegistryStore,
} from '@iris-devtester/core/ports'
import { ChangeListener } from './change-listener.ts'
import { findChanges } from './changes.ts'
import type { EngineIdentity } from './engine-identity.ts'
import { readDocument, type SentDocument } from './read-document.ts'
import { migrate } from './schema/migrate.ts'
import { SCHEMA_VERSION } from './schema/schema-version.ts'
import { ServerConnection } from './server-connection.ts'

/** How a store on a PostgreSQL server is opened. */
export interface PostgresStoreOptions {
  /** `postgres://user:password@host:5432/database`, with libpq's options such as `sslmode` and `connect_timeout`. */
  readonly url: string
  /** What the registry is known by on all machines. Never with a password. */
  readonly registryId: string
  /** The engine whose ports it is about. Asked once, before anything is read. */
  readonly engine: () => Promise<EngineIdentity>
  /** What the registry calls its projects. Default: by their paths. */
  readonly projects?: ProjectNames | undefined
}

/** The registry as the server had it at one moment. */
export interface PostgresSnapshot extends RegistrySnapshot {
  /** The version of each project. */
  readonly versions: ReadonlyMap<string, string>
  /** When it was read, by `performance.now()`'s clock: ages in it grow old. */
  readonly readAt: number
}

/** Renewals of leases are no change of the registry: what was read longer ago than this, in ms, is read anew. */
const FRESH_MS = 20_000
/** Codes of the server for a schema, table or function that isn't there. */
const NO_SCHEMA = new Set(['3F000', '42P01', '42883'])

/**
 * The registry in tables of a PostgreSQL server. A commit is one call of a function of the server's: it succeeds if every
 * project that it concerns is as it was read, and if no constraint forbids it.
 */
export class PostgresStore implements RegistryStore<PostgresSnapshot> {
  readonly registryId: string
  readonly path: string
  readonly isShared = true
  readonly projects: ProjectNames
  readonly environment: Readonly<Record<string, string>>
  readonly #connection: ServerConnection
  readonly #listener: ChangeListener
  readonly #options: PostgresStoreOptions
  #engine: Promise<EngineIdentity> | undefined
  #current: PostgresSnapshot | undefined

  constructor(options: PostgresStoreOptions) {
    this.#options = options
    this.registryId = options.registryId
    this.path = options.registryId
    this.projects = options.projects ?? { nameOf: (path) => path }
    this.environment = { IRIS_DEVTESTER_REGISTRY: options.url }
    this.#connection = new ServerConnection(options)
    this.#listener = new ChangeListener(this.#connection)
  }

  async read(): Promise<PostgresSnapshot> {
    const { id, address } = await this.#identify()
    const known = this.peek()
    const { rows } = await this.#ask('select * from iris_devtester.read($1, $2, $3)', [
      id,
      known?.generation ?? -1,
      currentProcess().host,
    ])
    const [row] = rows
    if (row && row.version !== SCHEMA_VERSION) await this.#prepare()
    if (!row) {
      await this.#connection.query('insert into iris_devtester.registry (engine) values ($1) on conflict do nothing', [
        id,
      ])
      return this.read()
    }
    if (row.document === null && known) return known
    const generation = Number(row.generation)
    const sent = JSON.parse(row.document) as SentDocument
    const at = { now: Date.now(), address }
    this.#current = { generation, ...readDocument(sent, generation, at), readAt: performance.now() }
    return this.#current
  }

  peek(): PostgresSnapshot | undefined {
    const current = this.#current
    return current && performance.now() - current.readAt < FRESH_MS ? current : undefined
  }

  async commit(expected: PostgresSnapshot, next: RegistryDocument): Promise<PostgresSnapshot | undefined> {
    const { id } = await this.#identify()
    const { changes, versions } = findChanges(expected.document, next, expected.versions, Date.now())
    const { rows } = await this.#connection.query(
      'select iris_devtester.commit($1, $2, $3) as generation',
      [id, randomUUID(), JSON.stringify(changes)],
      true,
    )
    const made = rows[0]?.generation
    if (made === null || made === undefined) {
      this.#current = undefined
      return undefined
    }
    const generation = Number(made)
    const snapshot: PostgresSnapshot = {
      generation,
      document: { ...next, generation },
      versions: new Map([...expected.versions, ...versions]),
      readAt: expected.readAt,
    }
    // After somebody else's commits it isn't all there is; and the server fills in times that it alone knows.
    const isWhole = generation === expected.generation + 1 && !('leases' in changes) && !('containers' in changes)
    this.#current = isWhole ? snapshot : undefined
    return snapshot
  }

  async renewLease(leaseId: string): Promise<void> {
    const { id } = await this.#identify()
    await this.#connection.query('select iris_devtester.renew($1, $2)', [id, leaseId])
  }

  watch(changed: () => void): Promise<() => void> {
    return this.#listener.add(changed)
  }

  async close(): Promise<void> {
    await this.#listener.close()
    await this.#connection.close()
  }

  #identify(): Promise<EngineIdentity> {
    this.#engine ??= this.#options.engine()
    return this.#engine
  }

  /** The first question of all makes the schema where it isn't there. */
  async #ask(text: string, values: unknown[]) {
    try {
      return await this.#connection.query(text, values)
    } catch (error) {
      if (!NO_SCHEMA.has((error as { code?: string }).code ?? '')) throw error
      await this.#prepare()
      return this.#connection.query(text, values)
    }
  }

  async #prepare(): Promise<void> {
    const client = await this.#connection.client()
    try {
      await migrate(client, this.registryId)
    } catch (error) {
      throw this.#connection.explain(error)
    } finally {
      // Its work is done or has failed, however it ends.
      await client.end().catch(() => undefined)
    }
  }
}

/** Opens a registry on a PostgreSQL server. Nothing is read or written before it is used. */
export function createPostgresStore(options: PostgresStoreOptions): PostgresStore {
  return new PostgresStore(options)
}
