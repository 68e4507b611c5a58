import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { isFull, mayPass, refused, unreachable } from './postgres-error.ts'

/** How long the server may take to be reached, in ms, unless the address says `connect_timeout`, in s. */
const CONNECT_TIMEOUT_MS = 5_000
/** How long the outcome of a commit is asked for when the connection broke, in ms. */
const OUTCOME_TIMEOUT_MS = 30_000
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

/** The statements of one process. Broken connections are made again; what was sent before is sent again. */
export class ServerConnection {
  readonly #address: ServerAddress
  readonly #connectTimeoutMs: number
  #pool: pg.Pool | undefined

  constructor(address: ServerAddress) {
    this.#address = address
    const seconds = Number(new URL(address.url).searchParams.get('connect_timeout'))
    this.#connectTimeoutMs = seconds > 0 ? seconds * 1_000 : CONNECT_TIMEOUT_MS
  }

  /**
   * Sends a statement until it is answered: it must be one that may be sent twice.
   *
   * @param mayHaveEffect whether it is a change, whose outcome matters once it was sent
   * @throws PortRegistryError `REGISTRY_UNREACHABLE`, `REGISTRY_REFUSED`; what else the server says
   */
  async query(text: string, values: unknown[], mayHaveEffect = false): Promise<pg.QueryResult> {
    const began = performance.now()
    let wasSent = false
    for (let attempt = 1; ; attempt += 1) {
      let client: pg.PoolClient | undefined
      try {
        client = await this.#connect()
        wasSent ||= mayHaveEffect
        const result = await client.query(text, values)
        client.release()
        return result
      } catch (error) {
        client?.release(error as Error)
        const after = performance.now() - began
        if (!mayPass(error)) throw refused(this.#address.registryId, error)
        if (after > this.#patience(error, wasSent)) throw this.#away(after, error, !wasSent)
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
  #patience(error: unknown, wasSent: boolean): number {
    if (wasSent) return OUTCOME_TIMEOUT_MS
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
      connectionString: this.#address.url,
      connectionTimeoutMillis: this.#connectTimeoutMs,
      application_name: 'iris-devtester',
      keepAlive: true,
    }
  }

  #away(afterMs: number, error: unknown, isOutcomeKnown: boolean) {
    return unreachable(this.#address.registryId, Math.round(afterMs), error, isOutcomeKnown)
  }
}
