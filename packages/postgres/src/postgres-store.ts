import { randomUUID } from 'node:crypto'
import type {
  ProjectNames,
  RegistryDocument,
  RegistrySnapshot,
  RegistryStore,
  RegistryTurn,
} from '@iris-devtester/core/ports'
import type { QueryResult } from 'pg'
import { ChangeListener } from './change-listener.ts'
import { findChanges } from './changes.ts'
import type { EngineIdentity } from './engine-identity.ts'
import { ownHost } from './foreign-hosts.ts'
import { mergeDocument } from './merge-document.ts'
import { readDocument, type SentDocument } from './read-document.ts'
import { OTHER_VERSION } from './schema/functions.ts'
import { migrate } from './schema/migrate.ts'
import { SCHEMA_VERSION } from './schema/schema-version.ts'
import { ServerConnection } from './server-connection.ts'
import type { Statement } from './statement.ts'
import { Turn } from './turn.ts'

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
/** Codes of the server for a schema, table or function that isn't there, and for one of another release. */
const NO_SCHEMA = new Set(['3F000', '42P01', '42883', OTHER_VERSION])
const READ: Statement = {
  name: `iris_devtester_read_${SCHEMA_VERSION}`,
  text: 'select iris_devtester.read($1, $2, $3, $4) as document',
}
const COMMIT: Statement = {
  name: `iris_devtester_commit_${SCHEMA_VERSION}`,
  text: 'select iris_devtester.commit($1, $2, $3, $4) as generation',
  insisting: 'select iris_devtester.commit($1, $2, $3, $4, true) as generation',
}

type Send = (statement: Statement, values: readonly unknown[]) => Promise<QueryResult>

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
  #lastTurn: Promise<void> = Promise.resolve()

  constructor(options: PostgresStoreOptions) {
    this.#options = options
    this.registryId = options.registryId
    this.path = options.registryId
    this.projects = options.projects ?? { nameOf: (path) => path }
    this.environment = { IRIS_DEVTESTER_REGISTRY: options.url }
    this.#connection = new ServerConnection(options)
    this.#listener = new ChangeListener(this.#connection)
  }

  read(): Promise<PostgresSnapshot> {
    return this.#readOver((statement, values) => this.#connection.query(statement, values))
  }

  peek(): PostgresSnapshot | undefined {
    const current = this.#current
    return current && performance.now() - current.readAt < FRESH_MS ? current : undefined
  }

  commit(expected: PostgresSnapshot, next: RegistryDocument): Promise<PostgresSnapshot | undefined> {
    return this.#commitOver(expected, next, (statement, values) => this.#connection.query(statement, values))
  }

  /** Those who lost a commit take turns: in their order, however many of however many machines there are. */
  async inTurn<T>(work: (store: RegistryTurn<PostgresSnapshot>) => Promise<T>, deadline: number): Promise<T> {
    const { id } = await this.#identify()
    const before = this.#lastTurn
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#lastTurn = promise
    try {
      // Only one of a process waits on the server: it has few connections.
      await before
      return await this.#turnOf(id, work, deadline)
    } finally {
      resolve()
    }
  }

  async renewLease(leaseId: string): Promise<void> {
    const { id } = await this.#identify()
    await this.#connection.query({ text: 'select iris_devtester.renew($1, $2)' }, [id, leaseId])
  }

  watch(changed: () => void): Promise<() => void> {
    return this.#listener.add(changed)
  }

  async close(): Promise<void> {
    await this.#listener.close()
    await this.#connection.close()
  }

  async #turnOf<T>(
    id: string,
    work: (store: RegistryTurn<PostgresSnapshot>) => Promise<T>,
    deadline: number,
  ): Promise<T> {
    let known: PostgresSnapshot | undefined
    const ask = () => {
      known = this.peek()
      return readValues(id, known)
    }
    const begun = await this.#connection.turn(id, deadline, READ, ask).catch((error) => {
      if (!isOtherSchema(error)) throw error
      return undefined
    })
    if (!begun) return work(this)
    const turn = new Turn(this.#connection, begun)
    try {
      return await work({
        hadToWait: turn.hadToWait,
        read: async () => {
          const first = turn.takeFirst()
          const read = first && (await this.#understand(first, known))
          return read ?? this.#readOver((statement, values) => turn.read(statement, values))
        },
        commit: (expected, next) =>
          this.#commitOver(expected, next, (statement, values) => turn.commit(statement, values)),
      })
    } finally {
      await turn.end()
    }
  }

  async #readOver(send: Send): Promise<PostgresSnapshot> {
    const { id } = await this.#identify()
    const known = this.peek()
    const read = await this.#understand(await this.#ask(send, READ, readValues(id, known)), known)
    if (read) return read
    await this.#connection.query(
      { text: 'insert into iris_devtester.registry (engine) values ($1) on conflict do nothing' },
      [id],
    )
    return this.#readOver(send)
  }

  /** @returns `undefined` for a registry that isn't there yet */
  async #understand(result: QueryResult, known: PostgresSnapshot | undefined): Promise<PostgresSnapshot | undefined> {
    const text: string | null = result.rows[0]?.document ?? null
    if (text === null) return undefined
    if (text === 'unchanged' && known) return known
    const { address } = await this.#identify()
    const sent = JSON.parse(text) as SentDocument
    const read = readDocument(sent, { now: Date.now(), address })
    // What wasn't sent again is as old as it was.
    const readAt = sent.touched && known ? known.readAt : performance.now()
    const whole = sent.touched && known ? mergeDocument(known, read, sent.touched) : read
    const snapshot = { generation: sent.generation, ...whole, readAt }
    this.#remember(snapshot)
    return snapshot
  }

  async #commitOver(
    expected: PostgresSnapshot,
    next: RegistryDocument,
    send: Send,
  ): Promise<PostgresSnapshot | undefined> {
    const { id } = await this.#identify()
    const { changes, versions } = findChanges(expected.document, next, expected.versions, Date.now())
    const values = [SCHEMA_VERSION, id, randomUUID(), JSON.stringify(changes)]
    const { rows } = await this.#ask(send, COMMIT, values)
    const made = rows[0]?.generation
    // The next read is sent what changed since.
    if (made === null || made === undefined) return undefined
    const generation = Number(made)
    const snapshot: PostgresSnapshot = {
      generation,
      document: { ...next, generation },
      versions: new Map([...expected.versions, ...versions]),
      readAt: expected.readAt,
    }
    // After somebody else's commits it isn't all there is; and the server fills in times that it alone knows.
    const isWhole = generation === expected.generation + 1 && !('leases' in changes) && !('containers' in changes)
    if (isWhole) this.#remember(snapshot)
    return snapshot
  }

  /** Of two reads that overlap, the later state is the one to go on with. */
  #remember(snapshot: PostgresSnapshot): void {
    const current = this.peek()
    if (!current || snapshot.generation >= current.generation) this.#current = snapshot
  }

  #identify(): Promise<EngineIdentity> {
    this.#engine ??= this.#options.engine()
    return this.#engine
  }

  /** The first question of all makes the schema where it isn't there; and one of another release is found at any time. */
  async #ask(send: Send, statement: Statement, values: readonly unknown[]) {
    try {
      return await send(statement, values)
    } catch (error) {
      if (!isOtherSchema(error)) throw error
      await this.#prepare()
      return this.#connection.query(statement, values)
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

function readValues(engine: string, known: PostgresSnapshot | undefined): readonly unknown[] {
  return [SCHEMA_VERSION, engine, known?.generation ?? -1, ownHost()]
}

/** Whether the schema isn't there, or is of another release. */
function isOtherSchema(error: unknown): boolean {
  return NO_SCHEMA.has((error as { code?: string }).code ?? '')
}

/** Opens a registry on a PostgreSQL server. Nothing is read or written before it is used. */
export function createPostgresStore(options: PostgresStoreOptions): PostgresStore {
  return new PostgresStore(options)
}
