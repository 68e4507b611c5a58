import { randomUUID } from 'node:crypto'
import type {
  PortChoice,
  ProjectNames,
  RegistryDocument,
  RegistryStore,
  RegistryTurn,
} from '@iris-devtester/core/ports'
import type { QueryResult } from 'pg'
import { ChangeListener } from './change-listener.ts'
import { findChanges } from './changes.ts'
import { withPort } from './chosen-port.ts'
import type { EngineIdentity } from './engine-identity.ts'
import { clockOffset, KnownSnapshot, type PostgresSnapshot } from './known-snapshot.ts'
import { mergeDocument } from './merge-document.ts'
import { ProjectVersions } from './project-versions.ts'
import { readDocument, type SentDocument } from './read-document.ts'
import { migrate } from './schema/migrate.ts'
import { SCHEMA_VERSION } from './schema/schema-version.ts'
import { ServerConnection } from './server-connection.ts'
import type { Statement } from './statement.ts'
import { commitStatement, isOtherSchema, READ, readValues } from './store-statements.ts'
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

/** What is to be committed. */
interface Wanted {
  readonly expected: PostgresSnapshot
  readonly next: RegistryDocument
  readonly choice: PortChoice | undefined
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
  readonly #commitStatement: Statement
  readonly #options: PostgresStoreOptions
  readonly #known = new KnownSnapshot()
  #engine: Promise<EngineIdentity> | undefined
  #lastTurn: Promise<void> = Promise.resolve()

  constructor(options: PostgresStoreOptions) {
    this.#options = options
    this.registryId = options.registryId
    this.path = options.registryId
    this.projects = options.projects ?? { nameOf: (path) => path }
    this.environment = { IRIS_DEVTESTER_REGISTRY: options.url }
    this.#connection = new ServerConnection(options)
    this.#listener = new ChangeListener(this.#connection, async () => (await this.#identify()).id)
    // An answer that takes longer counts as lost.
    this.#commitStatement = commitStatement(Math.floor(this.#connection.answerTimeoutMs / 2))
  }

  read(): Promise<PostgresSnapshot> {
    return this.#readOver((statement, values) => this.#connection.query(statement, values))
  }

  peek(): PostgresSnapshot | undefined {
    return this.#known.current
  }

  commit(
    expected: PostgresSnapshot,
    next: RegistryDocument,
    _durable?: boolean,
    choice?: PortChoice,
  ): Promise<PostgresSnapshot | undefined> {
    const send: Send = (statement, values) => this.#connection.query(statement, values)
    return this.#commitOver({ expected, next, choice }, send)
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
      known = this.#known.latest
      return readValues(id, known?.generation)
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
        commit: (expected, next, _, choice) =>
          this.#commitOver({ expected, next, choice }, (statement, values) => turn.commit(statement, values)),
      })
    } finally {
      await turn.end()
    }
  }

  async #readOver(send: Send): Promise<PostgresSnapshot> {
    const { id } = await this.#identify()
    const known = this.#known.latest
    const read = await this.#understand(await this.#ask(send, READ, readValues(id, known?.generation)), known)
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
    if (text === 'unchanged' && known) {
      this.#known.read(known)
      return known
    }
    const { address } = await this.#identify()
    const sent = JSON.parse(text) as SentDocument
    const read = readDocument(sent, { now: Date.now(), address })
    const isPart = sent.touched && known
    // What wasn't sent again is as old as it was.
    const { readAt, clock } = isPart ? known : { readAt: performance.now(), clock: clockOffset() }
    const document = isPart ? mergeDocument(known.document, read.document, sent.touched) : read.document
    const versions = isPart ? known.versions.with(read.versions) : new ProjectVersions(read.versions)
    const snapshot = { generation: sent.generation, document, versions, readAt, clock }
    this.#known.read(snapshot)
    return snapshot
  }

  async #commitOver({ expected, next, choice }: Wanted, send: Send): Promise<PostgresSnapshot | undefined> {
    const { id } = await this.#identify()
    const { changes, versions } = findChanges(expected.document, next, expected.versions, Date.now(), choice)
    const values = [SCHEMA_VERSION, id, randomUUID(), JSON.stringify(changes)]
    const { rows } = await this.#ask(send, this.#commitStatement, values)
    const { made, chosen } = rows[0] as { readonly made: string | null; readonly chosen: number | null }
    if (made === null) {
      this.#known.lost()
      return undefined
    }
    const generation = Number(made)
    const document = choice && chosen !== null ? withPort(next, choice, chosen) : next
    const snapshot: PostgresSnapshot = {
      generation,
      document: { ...document, generation },
      versions: expected.versions.with(versions),
      readAt: expected.readAt,
      clock: expected.clock,
    }
    // After somebody else's commits it isn't all there is; and the server fills in times that it alone knows.
    const isWhole = generation === expected.generation + 1 && !('leases' in changes) && !('containers' in changes)
    this.#known.committed(generation, isWhole ? snapshot : undefined)
    return snapshot
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
      await migrate(client, this.registryId, this.#connection.answerTimeoutMs)
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
