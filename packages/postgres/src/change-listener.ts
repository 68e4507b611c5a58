import type { Client } from 'pg'
import { listenerLock } from './schema/locks.ts'
import type { ServerConnection } from './server-connection.ts'

/** How long to wait for the server to tell of a notice of one's own, in ms: a pooler may keep it to itself. */
const PROOF_MS = 1_000
/** How often to look where the server can't tell, in ms, about: not all at the same moment. */
const POLL_MS = 250
/** How long the connection is kept when nobody listens any more, in ms: who waits often listens again at once. */
const IDLE_MS = 2_000

/** Tells of commits while anybody listens, over one connection. Where a pooler swallows the notices, it ticks instead. */
export class ChangeListener {
  readonly #connection: ServerConnection
  readonly #engine: () => Promise<string>
  readonly #listeners = new Set<() => void>()
  #client: Promise<Client | undefined> | undefined
  #timer: NodeJS.Timeout | undefined
  #idle: NodeJS.Timeout | undefined

  /** @param engine whose registry's commits it is about */
  constructor(connection: ServerConnection, engine: () => Promise<string>) {
    this.#connection = connection
    this.#engine = engine
  }

  async add(changed: () => void): Promise<() => void> {
    clearTimeout(this.#idle)
    this.#listeners.add(changed)
    this.#client ??= this.#listen()
    const client = await this.#client
    if (!client) this.#tick()
    return () => {
      if (!this.#listeners.delete(changed) || this.#listeners.size > 0) return
      clearTimeout(this.#idle)
      this.#idle = setTimeout(() => void this.close(), IDLE_MS).unref()
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer)
    clearTimeout(this.#idle)
    this.#timer = undefined
    const listening = this.#client
    this.#client = undefined
    const client = await listening
    // It may be gone already.
    await client?.end().catch(() => undefined)
  }

  async #listen(): Promise<Client | undefined> {
    // Where no connection can be had, the next read says why.
    const client = await this.#connection.client().catch(() => undefined)
    if (!client) {
      this.#client = undefined
      return undefined
    }
    const lost = () => {
      this.#client = undefined
      // Who waits looks for itself, and listens again.
      this.#tell()
    }
    client.once('end', lost)
    try {
      await client.query('listen iris_devtester')
      if (!(await this.#proves(client))) {
        client.off('end', lost)
        await client.end()
        return undefined
      }
      // Commits are told of from now on: those under way are waited for.
      await client.query(`select pg_advisory_lock_shared${listenerLock('$1')}`, [await this.#engine()])
    } catch {
      // It went away right after it came, or the server's time-out was too short for it to wait.
      client.off('end', lost)
      this.#client = undefined
      // Broken connections can't be ended.
      await client.end().catch(() => undefined)
      return undefined
    }
    client.on('notification', () => this.#tell())
    // Who waits has a timer of its own.
    ;(client as unknown as { connection: { stream: { unref(): void } } }).connection.stream.unref()
    return client
  }

  /** Whether notices arrive: a pooler in transaction mode accepts the wish, and forgets it with the transaction. */
  async #proves(client: Client): Promise<boolean> {
    const proof = crypto.randomUUID()
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const timer = setTimeout(() => resolve(false), PROOF_MS)
    const heard = ({ payload }: { payload?: string | undefined }) => payload === proof && resolve(true)
    client.on('notification', heard)
    try {
      await this.#connection.query({ text: "select pg_notify('iris_devtester', $1)" }, [proof])
      return await promise
    } finally {
      clearTimeout(timer)
      client.off('notification', heard)
    }
  }

  #tick(): void {
    if (this.#timer) return
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined
        this.#tell()
        if (this.#listeners.size > 0) this.#tick()
      },
      POLL_MS * (0.5 + Math.random()),
    )
    this.#timer.unref()
  }

  #tell(): void {
    for (const changed of [...this.#listeners]) changed()
  }
}
