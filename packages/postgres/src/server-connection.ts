import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { isFull, lacksName, lacksTransactions, mayPass, refused, unreachable, waitedTooLong } from './postgres-error.ts'
import { turnLock } from './schema/locks.ts'
import { serverConfig } from './server-config.ts'
import { limited, type Statement, withValues } from './statement.ts'

/** How long the server may take to be reached, in ms, unless the address says `connect_timeout`, in s. */
const CONNECT_TIMEOUT_MS = 5_000
/** How long an answer may take, in connect time-outs: where a network swallows what is sent, nothing else tells. */
const ANSWER_TIMEOUTS = 3
/** How long a server that has been there before is waited for, and asked for the outcome of a commit, in ms. */
const RETURN_TIMEOUT_MS = 30_000
/** Who has its turn and says nothing for so long, in ms, loses it: it may be suspended, or cut off. */
const SILENT_TURN_MS = 5_000
/** How long to wait for a connection of a server that answers but has none free, in ms: others return theirs. */
const FULL_TIMEOUT_MS = 30_000
/** Connections are few on a server: a process uses up to this many, and returns them soon. */
const CONNECTIONS = 2
const IDLE_MS = 2_000

/** How to reach the server, and what to call it. */
export interface ServerAddress {
  readonly url: string
  readonly registryId: string
}

/** A connection in a transaction that has a turn. */
export interface BegunTurn {
  readonly client: pg.PoolClient
  /** Whether others were at it, so that it had to wait. */
  readonly hadToWait: boolean
  /** The answer to what was asked when it began. */
  readonly first: pg.QueryResult
}

/** The statements of one process. Broken connections are made again; what was sent before is sent again. */
export class ServerConnection {
  readonly #address: ServerAddress
  readonly #connectionString: string
  readonly #connectTimeoutMs: number
  #pool: pg.Pool | undefined
  #wasReached = false
  /** Not where a pooler would give a statement to another connection than its name. */
  #usesNames = true

  constructor(address: ServerAddress) {
    this.#address = address
    const { connectionString, connectTimeoutMs = CONNECT_TIMEOUT_MS } = serverConfig(address.url)
    this.#connectionString = connectionString
    this.#connectTimeoutMs = connectTimeoutMs
  }

  /**
   * Sends a statement until it is answered: it must be one that may be sent twice.
   *
   * @param wasSent whether it was sent before, over a connection that broke
   * @throws PortRegistryError `REGISTRY_UNREACHABLE`, `REGISTRY_REFUSED`; what else the server says
   */
  async query(statement: Statement, values: readonly unknown[], wasSent = false): Promise<pg.QueryResult> {
    const { insisting } = statement
    let isResent = wasSent
    return this.#insist(
      async (client) => {
        if (insisting === undefined) return this.#send(client, statement, values)
        if (isResent) return client.query(limited({ text: insisting, values: [...values] }, this.answerTimeoutMs))
        isResent = true
        return this.#send(client, statement, values)
      },
      () => !isResent,
    )
  }

  async #send(client: pg.PoolClient, { text, name }: Statement, values: readonly unknown[]): Promise<pg.QueryResult> {
    const named = name !== undefined && this.#usesNames
    const config = limited({ text, values: [...values] }, this.answerTimeoutMs)
    try {
      return await client.query({ ...config, ...(named ? { name } : {}) })
    } catch (error) {
      if (!named || !lacksName(error)) throw error
      // It was not executed.
      this.#usesNames = false
      return client.query(config)
    }
  }

  /**
   * A turn that all others who ask for the same one wait for, in their order; `undefined` if it wasn't this one's turn until
   * the deadline, or if there are no turns: a transaction's lock works through a pooler, except one that pools statements.
   *
   * @param turn what about
   * @param deadline on `performance.now()`'s clock
   * @param statement what is to be asked when it begins
   * @throws as {@link query}
   */
  async turn(
    turn: string,
    deadline: number,
    statement: Statement,
    values: () => readonly unknown[],
  ): Promise<BegunTurn | undefined> {
    try {
      return await this.#insist(
        async (client) => {
          const patience = Math.max(1, Math.ceil(deadline - performance.now()))
          const lock = turnLock(client.escapeLiteral(turn))
          // One round trip. Who finds others waiting joins them at the end.
          const text =
            `begin; set local lock_timeout = ${patience}; set local idle_in_transaction_session_timeout = ${SILENT_TURN_MS}; ` +
            `select case when pg_try_advisory_xact_lock${lock} then false else pg_advisory_xact_lock${lock}::text = '' end as waited; ` +
            withValues(client, statement.text, values())
          const results: unknown = await client.query(limited({ text }, patience + this.answerTimeoutMs))
          const [, , , waited, first] = results as readonly pg.QueryResult[]
          return { client, hadToWait: waited?.rows[0]?.waited === true, first: first as pg.QueryResult }
        },
        () => true,
        true,
      )
    } catch (error) {
      if (waitedTooLong(error) || lacksTransactions(error)) return undefined
      throw error
    }
  }

  async #insist<T>(
    work: (client: pg.PoolClient) => Promise<T>,
    isOutcomeKnown = () => true,
    keeps = false,
  ): Promise<T> {
    const began = performance.now()
    for (let attempt = 1; ; attempt += 1) {
      let client: pg.PoolClient | undefined
      try {
        client = await this.#connect()
        this.#wasReached = true
        const result = await work(client)
        if (!keeps) client.release()
        return result
      } catch (error) {
        client?.release(error as Error)
        const after = performance.now() - began
        // A turn waits for its time and no longer; any other lock is waited for again, whatever the server's limit.
        if (!mayPass(error) && (keeps || !waitedTooLong(error))) throw refused(this.#address.registryId, error)
        if (after > this.#patience(error)) {
          // Who goes on without it doesn't wait as long again.
          this.#wasReached = false
          throw this.#away(after, error, isOutcomeKnown())
        }
        await delay(Math.min(20 * 2 ** attempt, 500) * (0.5 + Math.random()))
      }
    }
  }

  /** A connection of the caller's own. @throws as {@link query} */
  async client(): Promise<pg.Client> {
    const client = new pg.Client(this.#config())
    client.on('error', () => {})
    try {
      await client.connect()
      return client
    } catch (error) {
      // It may never have been connected.
      await client.end().catch(() => undefined)
      throw mayPass(error) ? this.#away(this.#connectTimeoutMs, error, true) : refused(this.#address.registryId, error)
    }
  }

  /** How long an answer may take, in ms. */
  get answerTimeoutMs(): number {
    return ANSWER_TIMEOUTS * this.#connectTimeoutMs
  }

  /** What an error of a statement means to the user. */
  explain(error: unknown): Error {
    return mayPass(error) ? this.#away(this.#connectTimeoutMs, error, true) : refused(this.#address.registryId, error)
  }

  async close(): Promise<void> {
    const pool = this.#pool
    this.#pool = undefined
    await pool?.end()
  }

  /** How long to go on after that error, in ms. */
  #patience(error: unknown): number {
    if (this.#wasReached) return RETURN_TIMEOUT_MS
    return isFull(error) ? FULL_TIMEOUT_MS : this.#connectTimeoutMs
  }

  #connect(): Promise<pg.PoolClient> {
    if (!this.#pool) {
      this.#pool = new pg.Pool({
        ...this.#config(),
        max: CONNECTIONS,
        idleTimeoutMillis: IDLE_MS,
        allowExitOnIdle: true,
      })
      // A connection that breaks is made again when it is needed; the statement that was under way fails by itself.
      this.#pool.on('error', () => {})
      this.#pool.on('connect', (client) => client.on('error', () => {}))
    }
    return this.#pool.connect()
  }

  #config(): pg.ClientConfig {
    return {
      connectionString: this.#connectionString,
      connectionTimeoutMillis: this.#connectTimeoutMs,
      application_name: 'iris-devtester',
      keepAlive: true,
    }
  }

  #away(afterMs: number, error: unknown, isOutcomeKnown: boolean) {
    return unreachable(this.#address.registryId, Math.round(afterMs), error, isOutcomeKnown)
  }
}
