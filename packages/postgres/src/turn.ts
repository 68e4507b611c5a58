import type { PoolClient, QueryResult } from 'pg'
import { mayPass } from './postgres-error.ts'
import type { BegunTurn, ServerConnection } from './server-connection.ts'
import { limited, type Statement, withValues } from './statement.ts'

/**
 * A turn at changing the registry, held by a transaction. It takes one round trip to wait for it and read, and one to commit
 * and end it. It is a courtesy: if its connection breaks, or the server ends it because nothing was heard for too long, the
 * statements go on over any other one.
 */
export class Turn {
  /** Whether others were at it, so that it had to wait. */
  readonly hadToWait: boolean
  readonly #connection: ServerConnection
  #client: PoolClient | undefined
  #first: QueryResult | undefined

  constructor(connection: ServerConnection, begun: BegunTurn) {
    this.#connection = connection
    this.#client = begun.client
    this.#first = begun.first
    this.hadToWait = begun.hadToWait
  }

  /** The answer to what was asked when the turn began, once. */
  takeFirst(): QueryResult | undefined {
    const first = this.#first
    this.#first = undefined
    return first
  }

  /** Reads. @throws as `ServerConnection.query` */
  async read(statement: Statement, values: readonly unknown[]): Promise<QueryResult> {
    if (!this.#client) return this.#connection.query(statement, values)
    try {
      // Without its name: a statement that fails would end the transaction.
      const config = { text: statement.text, values: [...values] }
      return await this.#client.query(limited(config, this.#connection.answerTimeoutMs))
    } catch (error) {
      this.#release(error as Error)
      if (!mayPass(error)) throw error
      return this.#connection.query(statement, values)
    }
  }

  /** Makes a commit that may be sent twice, and ends the turn. @throws as `ServerConnection.query` */
  async commit(statement: Statement, values: readonly unknown[]): Promise<QueryResult> {
    const client = this.#client
    if (!client) return this.#connection.query(statement, values)
    try {
      const { insisting = statement.text } = statement
      const text = `${withValues(client, insisting, values)}; commit`
      const results: unknown = await client.query(limited({ text }, this.#connection.answerTimeoutMs))
      this.#release()
      return (results as readonly QueryResult[])[0] as QueryResult
    } catch (error) {
      this.#release(error as Error)
      if (!mayPass(error)) throw error
      // Whether it was made is found out by its id.
      return this.#connection.query(statement, values, true)
    }
  }

  /** Lets the next one have its turn. */
  async end(): Promise<void> {
    try {
      await this.#client?.query('rollback')
      this.#release()
    } catch (error) {
      this.#release(error as Error)
    }
  }

  #release(error?: Error): void {
    this.#client?.release(error)
    this.#client = undefined
  }
}
