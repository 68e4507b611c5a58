import { AtelierClient } from './atelier-client.ts'
import { blankLiterals } from './blank-literals.ts'
import { IrisConnectionError } from './connection-error.ts'
import { type IrisConnectionInfo, inNamespace } from './connection-info.ts'
import type { RunData } from './data-tables.ts'
import { documentName } from './document-name.ts'
import { askHolder, holderAddress, sessionHolder } from './holder.ts'
import type { ResetOptions, ResetPlan } from './reset-data.ts'
import { sqlError } from './sql-refusal.ts'
import { type SqlResult, type SqlRow, sqlResult } from './sql-result.ts'
import type { SqlSession } from './sql-session.ts'
import { readValues, type SqlParameter, toParameters } from './sql-values.ts'
import { checkStatement } from './statement-checks.ts'
import { recorded } from './statement-record.ts'
import type { Transaction } from './transaction.ts'
import { uniqueColumns } from './unique-columns.ts'
import { valuesInOrder } from './values-in-order.ts'

/** How long one statement of a reset may take, in ms. */
const DATA_TIMEOUT_MS = 15 * 60_000

/** How a statement's rows are given, and how many. */
export interface SqlOptions {
  /** `arrays`: each row as a list of values in the order of the columns, which may then share a name. Default `objects`. */
  readonly rows?: 'objects' | 'arrays'
  /** How many rows at most; IRIS sends no more. Default: all. */
  readonly maxRows?: number | undefined
  /** How long IRIS's answer may be, in bytes. Default: any length. */
  readonly maxBytes?: number | undefined
  /** Ends the wait for the answer. */
  readonly signal?: AbortSignal | undefined
}

/** What of a statement's options concerns the request. */
type SqlLimits = Pick<SqlOptions, 'maxRows' | 'maxBytes' | 'signal'> & {
  readonly timeoutMs?: number
  readonly once?: boolean
}

/** Opens a session in a namespace. */
export type OpenSession = (namespace: string) => Promise<SqlSession>

/** How a connection reaches IRIS, and what is remembered of it. */
export interface ConnectionOptions {
  /** How long one answer may take, in ms. Default 60,000. */
  readonly timeoutMs?: number
  /** Whether its statements are remembered, for a test that fails. Default false. */
  readonly isRecorded?: boolean
  /** A connection whose session this one uses, to another namespace of the same IRIS. */
  readonly sharing?: IrisConnection
  /** Opens a session in the container. Default: the process that holds the run opens it. */
  readonly sessions?: OpenSession | undefined
}

/** The server behind a connection. */
export interface ServerInfo {
  /** The server's own words: product, platform, version and build. */
  readonly version: string
  /** The namespaces the user may see. */
  readonly namespaces: readonly string[]
}

/**
 * A connection to one namespace of one IRIS: its data, and SQL and class loading over the web port. It needs no driver and
 * no Docker client, so test workers can load it in a few milliseconds.
 */
export class IrisConnection implements IrisConnectionInfo {
  readonly host: string
  readonly port: number
  readonly webPort: number
  readonly namespace: string
  readonly username: string
  readonly password: string
  readonly url: string
  readonly #client: AtelierClient
  readonly #sessions: OpenSession | undefined
  readonly #isRecorded: boolean

  constructor(info: IrisConnectionInfo, options: ConnectionOptions = {}) {
    this.host = info.host
    this.port = info.port
    this.webPort = info.webPort
    this.namespace = info.namespace
    this.username = info.username
    this.password = info.password
    this.url = info.url
    const { sharing, isRecorded = sharing ? sharing.#isRecorded : false } = options
    this.#isRecorded = isRecorded
    this.#sessions = options.sessions ?? (sharing ? sharing.#sessions : undefined)
    this.#client = sharing ? sharing.#client : new AtelierClient(this, options)
  }

  /** The connection as plain data. */
  get info(): IrisConnectionInfo {
    const { host, port, webPort, namespace, username, password, url } = this
    return { host, port, webPort, namespace, username, password, url }
  }

  /**
   * A connection to another namespace over the same session, which takes no licence unit of its own. Closing one of them
   * logs both out.
   */
  inNamespace(namespace: string): IrisConnection {
    return new IrisConnection(inNamespace(this.info, namespace), { sharing: this })
  }

  /**
   * Runs one SQL statement and gives its rows; none for a statement that returns none. Each statement is a transaction of
   * its own.
   *
   * @param parameters the values for the statement's `?`, in order.
   * @throws IrisConnectionError `SQL_ERROR` with IRIS's words and SQLCODE; `ANSWER_TOO_LONG`; `SQL_PARAMETERS_INVALID`,
   *   `SQL_TRANSACTION_UNSUPPORTED` or `SQL_COLUMNS_NOT_UNIQUE` before anything is sent; or why IRIS couldn't be asked.
   */
  sql<Row extends SqlRow = SqlRow>(
    query: string,
    parameters?: readonly SqlParameter[],
    options?: SqlOptions & { readonly rows?: 'objects' },
  ): Promise<SqlResult<Row>>
  sql<Row extends readonly unknown[] = readonly unknown[]>(
    query: string,
    parameters: readonly SqlParameter[],
    options: SqlOptions & { readonly rows: 'arrays' },
  ): Promise<SqlResult<Row>>
  sql(query: string, parameters: readonly SqlParameter[] = [], options: SqlOptions = {}): Promise<never> {
    const work = () => this.#sql(query, parameters, options)
    return this.#isRecorded ? recorded(query, this.namespace, work) : work()
  }

  async #sql(
    query: string,
    parameters: readonly SqlParameter[],
    { rows = 'objects', ...limits }: SqlOptions,
  ): Promise<never> {
    checkStatement(query, parameters)
    const values = toParameters(parameters)
    const sent = await uniqueColumns(query, rows === 'arrays', (text, list) => this.#query(text, list))
    const isQuery = /^\s*(select|with|call)\b/i.test(blankLiterals(query))
    const found = await this.#query(sent, values, limits, query)
    return sqlResult<unknown>(rows === 'arrays' ? found.map(valuesInOrder(sent)) : found, query, isQuery) as never
  }

  /**
   * Runs `work` in one transaction of one session in the container: commits when it resolves, rolls back when it rejects or
   * the process ends. Other connections may see its changes before the commit, as IRIS's isolation level has it.
   *
   * @throws what `work` rejects with; IrisConnectionError `SQL_TRANSACTION_UNSUPPORTED` where no process holds a container
   *   of this IRIS, and only HTTP is left; `IRIS_UNREACHABLE` when the session is lost.
   */
  async transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    const session = await this.#openSession()
    try {
      const { runTransaction } = await import('./transaction.ts')
      const loadClass = async () => {
        const { SESSION_CLASS, SESSION_SOURCE } = await import('./session-class.ts')
        await this.loadClasses({ [`${SESSION_CLASS}.cls`]: SESSION_SOURCE })
      }
      return await runTransaction({ namespace: this.namespace, session, loadClass, isRecorded: this.#isRecorded }, work)
    } finally {
      await session.close()
    }
  }

  /**
   * Puts the namespace's tables back to what they were when the runner's adapter, or {@link markBaseline}, recorded them:
   * rows that came since are gone, those that were changed or deleted are back, and counters go on from there. Tables and
   * views that were made since are dropped. Classes, globals and IRIS's own tables are left alone.
   *
   * @throws IrisConnectionError `RESET_WITHOUT_BASELINE`, `RESET_LOCKED`, `RESET_UNSUPPORTED`, `RESET_FAILED`
   */
  async reset(options: ResetOptions = {}): Promise<void> {
    this.#refuseSystem()
    const { resetData } = await import('./reset-data.ts')
    await resetData(this.#runData, this.namespace, options)
  }

  /** What {@link reset} would do to which tables; `undefined` where nothing has been recorded. Nothing is changed. */
  async planReset(): Promise<ResetPlan | undefined> {
    const { planReset } = await import('./reset-data.ts')
    return planReset(this.#runData)
  }

  /**
   * Records what is in the namespace's tables now, as what {@link reset} goes back to. It is kept in the namespace, in
   * tables of the schema `IrisDevtester`, and takes the place of what was recorded before: in tests, what an adapter has
   * recorded for all files of the worker.
   *
   * @throws IrisConnectionError `RESET_UNSUPPORTED`
   */
  async markBaseline({ except = [] }: Pick<ResetOptions, 'except'> = {}): Promise<void> {
    this.#refuseSystem()
    const { recordBaseline } = await import('./baseline.ts')
    await recordBaseline(this.#runData, except, this.#loadBatchClass)
  }

  /**
   * {@link reset} where something has been recorded, else {@link markBaseline}: what an adapter does before a test file.
   *
   * @throws what these throw.
   */
  async startFresh(options: ResetOptions = {}): Promise<void> {
    this.#refuseSystem()
    const { startFresh } = await import('./reset-data.ts')
    await startFresh(this.#runData, this.namespace, options, this.#loadBatchClass)
  }

  /**
   * Keeps a copy of all that the namespace holds, for {@link restore}: tables, globals, classes and routines. In a test
   * under Vitest, or under Jest with its global set-up, whose process has the container; a script has
   * `AcquiredIris.snapshot`. Open transactions in the namespace end.
   *
   * @param name a letter, then letters, digits, `_` and `-`; it takes the place of an earlier one of that name.
   * @throws IrisDevtesterError `SNAPSHOT_UNSUPPORTED`, `SNAPSHOT_FAILED`, `NO_CONTAINER`, `OPTION_INVALID`
   */
  async snapshot(name: string): Promise<void> {
    await askHolder(holderAddress(this.namespace), 'snapshot', String(this.port), this.namespace, name)
  }

  /**
   * Puts the namespace back to what it was at a snapshot.
   *
   * @throws IrisDevtesterError `RESTORE_FAILED`, whose `details.isUsable` tells whether the namespace is as it was before;
   *   `SNAPSHOT_UNSUPPORTED`, `NO_CONTAINER`, `OPTION_INVALID`
   */
  async restore(name: string): Promise<void> {
    await askHolder(holderAddress(this.namespace), 'restore', String(this.port), this.namespace, name)
  }

  /**
   * Loads and compiles class source, each under its file's name (`Demo.Patient.cls`).
   *
   * @param sources source text by document name or file path.
   * @throws IrisConnectionError `COMPILE_ERROR` with the compiler's words.
   */
  async loadClasses(sources: Readonly<Record<string, string>>): Promise<void> {
    const documents: string[] = []
    for (const [path, text] of Object.entries(sources)) {
      const name = documentName(path, text)
      documents.push(name)
      const { status, result } = await this.#client.request({
        method: 'PUT',
        path: `v1/${this.#path}/doc/${encodeURIComponent(name)}?ignoreConflict=1`,
        body: { enc: false, content: text.split(/\r?\n/) },
        repeatable: true,
      })
      const problem = status.summary || result.status
      if (problem) throw this.#compileError([name], problem, [])
    }
    if (documents.length === 0) return
    const answer = await this.#client.request<{ name: string; status?: string }[]>({
      method: 'POST',
      path: `v1/${this.#path}/action/compile?flags=cuk`,
      body: documents,
      repeatable: true,
    })
    const failed = Array.isArray(answer.result.content) ? answer.result.content.filter((one) => one.status) : []
    const summary = answer.status.summary || failed.map((one) => one.status).join('\n')
    if (summary !== '') throw this.#compileError(documents, summary, answer.console)
  }

  /**
   * Logs in and asks the server who it is: the cheapest proof that user and password are accepted.
   *
   * @param options.timeoutMs how long the answer may take, in ms. Default: the connection's.
   * @throws IrisConnectionError why not.
   */
  async serverInfo(
    options: { readonly timeoutMs?: number; readonly signal?: AbortSignal | undefined } = {},
  ): Promise<ServerInfo> {
    const request = { method: 'GET', path: '', repeatable: true, ...options } as const
    const { result } = await this.#client.request<{ version?: string; namespaces?: string[] }>(request)
    return { version: result.content?.version ?? '', namespaces: result.content?.namespaces ?? [] }
  }

  /** Logs out, which frees the session's licence unit. The connection logs in again when it is used again. */
  close(): Promise<void> {
    return this.#client.close()
  }

  /** As {@link close}, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** Statements about whole tables take as long as the tables are large. */
  readonly #runData: RunData = (query, parameters = [], { once } = { once: false }) =>
    this.#query(query, parameters, { timeoutMs: DATA_TIMEOUT_MS, once })

  readonly #loadBatchClass = async () => {
    const { BATCH_CLASS, BATCH_SOURCE } = await import('./batch-class.ts')
    await this.loadClasses({ [`${BATCH_CLASS}.cls`]: BATCH_SOURCE })
  }

  async #openSession(): Promise<SqlSession> {
    if (this.#sessions) return this.#sessions(this.namespace)
    const { openHolderSession } = await import('./holder-session.ts')
    return openHolderSession(sessionHolder(this.namespace), this.port, this.namespace)
  }

  #refuseSystem(): void {
    if (this.namespace.toUpperCase() !== '%SYS') return
    throw new IrisConnectionError({
      code: 'RESET_UNSUPPORTED',
      message: 'The namespace %SYS is never reset: its tables are those of IRIS itself.',
      details: { namespace: this.namespace },
    })
  }

  /** @param asked the statement as its author wrote it, for the error. */
  async #query(
    query: string,
    parameters: readonly unknown[],
    { maxRows, maxBytes, signal, timeoutMs, once = false }: SqlLimits = {},
    asked = query,
  ): Promise<SqlRow[]> {
    const { status, result } = await this.#client.request<SqlRow[]>({
      method: 'POST',
      path: `v1/${this.#path}/action/query${maxRows === undefined ? '' : `?max=${maxRows}`}`,
      body: { query, parameters },
      repeatable: !once && /^\s*(select|with)\b/i.test(blankLiterals(query)),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      maxBytes,
      signal,
    })
    if (status.summary !== '') throw sqlError(this.namespace, asked, status.summary)
    return Array.isArray(result.content) ? result.content.map(readValues) : []
  }

  get #path(): string {
    return encodeURIComponent(this.namespace)
  }

  #compileError(documents: readonly string[], summary: string, console: readonly string[]): IrisConnectionError {
    const lines = [summary, ...console.filter((line) => /ERROR|error/.test(line))].join('\n').trim()
    return new IrisConnectionError({
      code: 'COMPILE_ERROR',
      message: `IRIS could not compile ${documents.join(', ')} in ${this.namespace}:\n${lines}`,
      details: { documents, summary, console, namespace: this.namespace },
    })
  }
}
