import { IrisConnectionError } from './connection-error.ts'
import { sqlError } from './sql-refusal.ts'
import type { SqlRow } from './sql-result.ts'
import type { SessionAnswer, SessionOutcome, SqlSession } from './sql-session.ts'
import { parseExactly, readValues, type SqlParameter, toParameters } from './sql-values.ts'
import { checkParameters, endsTransaction } from './statement-checks.ts'
import { recorded } from './statement-record.ts'
import { uniqueColumns } from './unique-columns.ts'

/** The rows of a statement in a transaction, and what a session of IRIS says beside them. */
export interface TransactionResult<Row> extends Array<Row> {
  /** How many rows a query gave, or a statement changed. */
  readonly rowCount: number
  /** The identity of the row that an `INSERT` made; `undefined` for none. */
  readonly identity: number | string | undefined
}

/** How a statement's rows are given in a transaction, and how many. */
export interface TransactionSqlOptions {
  /** `arrays`: each row as a list of values in the order of the columns, which may then share a name. Default `objects`. */
  readonly rows?: 'objects' | 'arrays'
  /** How many rows at most. Default: all. */
  readonly maxRows?: number | undefined
}

/** What `connection.transaction()` gives to its work: statements of one session. */
export interface Transaction {
  readonly namespace: string
  /**
   * Runs one SQL statement in the transaction and gives its rows. One that IRIS refuses is undone by itself: the
   * transaction goes on.
   *
   * @param parameters the values for the statement's `?`, in order.
   * @throws IrisConnectionError `SQL_ERROR`, `SQL_PARAMETERS_INVALID`, `SQL_COLUMNS_NOT_UNIQUE`; `SQL_TRANSACTION_UNSUPPORTED`
   *   for a statement that would end the transaction, and when it has ended; `IRIS_UNREACHABLE` when its session is lost.
   */
  sql<Row extends SqlRow = SqlRow>(
    query: string,
    parameters?: readonly SqlParameter[],
    options?: TransactionSqlOptions & { readonly rows?: 'objects' },
  ): Promise<TransactionResult<Row>>
  sql<Row extends readonly unknown[] = readonly unknown[]>(
    query: string,
    parameters: readonly SqlParameter[],
    options: TransactionSqlOptions & { readonly rows: 'arrays' },
  ): Promise<TransactionResult<Row>>
}

/** Where a transaction runs. */
export interface TransactionSession {
  readonly namespace: string
  readonly session: SqlSession
  /** Loads the class that runs statements into the namespace. */
  readonly loadClass: () => Promise<void>
  /** Whether its statements are remembered, for a test that fails. */
  readonly isRecorded: boolean
}

/**
 * Runs `work` in a transaction: commits when it resolves, rolls back when it rejects.
 *
 * @throws what `work` rejects with; IrisConnectionError when IRIS refuses the commit or the session is lost.
 */
export async function runTransaction<Result>(
  { namespace, session, loadClass, isRecorded }: TransactionSession,
  work: (tx: Transaction) => Promise<Result>,
): Promise<Result> {
  const transaction = new SessionTransaction(namespace, session, isRecorded)
  await transaction.begin(loadClass)
  let result: Result
  try {
    result = await work(transaction)
  } catch (error) {
    // The end of the session rolls back as well, so that a lost one doesn't hide why the work has failed.
    await transaction.end('ROLLBACK').catch(() => {})
    throw error
  }
  await transaction.end('COMMIT')
  return result
}

class SessionTransaction implements Transaction {
  readonly namespace: string
  readonly #session: SqlSession
  readonly #isRecorded: boolean
  #hasEnded = false

  constructor(namespace: string, session: SqlSession, isRecorded: boolean) {
    this.namespace = namespace
    this.#isRecorded = isRecorded
    this.#session = session
  }

  async begin(loadClass: () => Promise<void>): Promise<void> {
    const query = 'START TRANSACTION'
    const answer = await this.#ask(query, [])
    if (!('problem' in answer)) return void this.#outcome(answer, query)
    // The class is loaded with the first transaction in a namespace.
    if (!answer.problem.startsWith('<CLASS DOES NOT EXIST>')) throw this.#lost(answer.problem)
    await loadClass()
    await this.#run(query, [])
  }

  async end(query: 'COMMIT' | 'ROLLBACK'): Promise<void> {
    this.#hasEnded = true
    await this.#run(query, [])
  }

  async sql(
    query: string,
    parameters: readonly SqlParameter[] = [],
    { rows = 'objects', maxRows }: TransactionSqlOptions = {},
  ): Promise<never> {
    if (this.#hasEnded) throw refused(`The transaction in ${this.namespace} has ended.`, query)
    if (endsTransaction(query)) throw refused('The transaction is ended by its function.', query)
    checkParameters(query, parameters)
    const values = toParameters(parameters)
    const isArrays = rows === 'arrays'
    if (!isArrays) {
      await uniqueColumns(query, false, async (text, list) => {
        return objectsOf(await this.#run(text, toParameters(list as readonly SqlParameter[])))
      })
    }
    const run = () => this.#run(query, values, query, maxRows)
    const outcome = this.#isRecorded ? await recorded(query, this.namespace, run) : await run()
    const found: unknown[] = isArrays ? outcome.rows.map(readList) : objectsOf(outcome)
    const { rowCount, identity } = outcome
    return Object.defineProperties(found, {
      rowCount: { value: rowCount },
      identity: { value: identity === '' ? undefined : identity },
    }) as never
  }

  async #run(
    query: string,
    parameters: readonly (string | number | boolean | null)[],
    asked = query,
    max?: number,
  ): Promise<SessionOutcome> {
    return this.#outcome(await this.#ask(query, parameters, max), asked)
  }

  #outcome(answer: SessionAnswer, query: string): SessionOutcome {
    if ('problem' in answer) throw this.#lost(answer.problem)
    if ('columns' in answer) return answer
    throw sqlError(this.namespace, query, `SQLCODE: ${answer.sqlcode} Message: ${answer.message}`)
  }

  async #ask(
    query: string,
    parameters: readonly (string | number | boolean | null)[],
    max?: number,
  ): Promise<SessionAnswer> {
    try {
      return parseExactly(await this.#session.run({ query, parameters, max })) as SessionAnswer
    } catch (error) {
      throw this.#lost((error as Error).message, error)
    }
  }

  #lost(problem: string, cause?: unknown): IrisConnectionError {
    this.#hasEnded = true
    return new IrisConnectionError({
      code: 'IRIS_UNREACHABLE',
      message: `The session of the transaction in ${this.namespace} is lost, and IRIS rolls it back: ${problem}`,
      hint: 'Run the transaction again.',
      details: { namespace: this.namespace, problem },
      cause,
    })
  }
}

function objectsOf({ columns, rows }: SessionOutcome): SqlRow[] {
  return rows.map((row) => readValues(Object.fromEntries(columns.map((name, at) => [name, row[at]]))))
}

function readList(row: readonly unknown[]): unknown[] {
  return Object.values(readValues(Object.fromEntries(row.map((value, at) => [`c${at}`, value]))))
}

function refused(message: string, query: string): IrisConnectionError {
  return new IrisConnectionError({
    code: 'SQL_TRANSACTION_UNSUPPORTED',
    message: `${message} Nothing was sent.\n  ${query}`,
    hint: 'To commit, return from the function of transaction(). To roll back, throw in it.',
    details: { query },
  })
}
