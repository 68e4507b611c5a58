import { basename } from 'node:path'
import { IrisDevtesterError } from '../errors/iris-devtester-error.ts'
import { AtelierClient } from './atelier-client.ts'
import { IrisConnectionError } from './connection-error.ts'
import { environmentOf, fromEnvironment, type IrisConnectionInfo, namesIris } from './connection-info.ts'

/** What a statement's `?` may stand for. */
export type SqlParameter = string | number | boolean | null

/** A row as IRIS gives it: column name to value. */
export type SqlRow = Record<string, unknown>

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

  /** @param options.timeoutMs how long one answer may take, in ms. Default 60,000. */
  constructor(info: IrisConnectionInfo, options: { readonly timeoutMs?: number } = {}) {
    this.host = info.host
    this.port = info.port
    this.webPort = info.webPort
    this.namespace = info.namespace
    this.username = info.username
    this.password = info.password
    this.url = info.url
    this.#client = new AtelierClient(this, options)
  }

  /** The connection as plain data. */
  get info(): IrisConnectionInfo {
    const { host, port, webPort, namespace, username, password, url } = this
    return { host, port, webPort, namespace, username, password, url }
  }

  /**
   * Runs one SQL statement and gives its rows; none for a statement that returns none.
   *
   * @param parameters the values for the statement's `?`, in order.
   * @throws IrisConnectionError `SQL_ERROR` with IRIS's words and SQLCODE, or why IRIS couldn't be asked.
   */
  async sql<Row extends SqlRow = SqlRow>(query: string, parameters: readonly SqlParameter[] = []): Promise<Row[]> {
    const { status, result } = await this.#client.request<Row[]>({
      method: 'POST',
      path: `v1/${this.#path}/action/query`,
      body: { query, parameters },
      repeatable: /^\s*(select|with)\b/i.test(query),
    })
    if (status.summary !== '') throw this.#sqlError(query, status.summary)
    return Array.isArray(result.content) ? result.content : []
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

  get #path(): string {
    return encodeURIComponent(this.namespace)
  }

  #sqlError(query: string, summary: string): IrisConnectionError {
    const sqlCode = Number(/SQLCODE[^-\d]*(-?\d+)/i.exec(summary)?.[1] ?? Number.NaN)
    return new IrisConnectionError({
      code: 'SQL_ERROR',
      message: `IRIS refused a statement in ${this.namespace}: ${summary.trim()}\n  ${query}`,
      details: { query, summary, namespace: this.namespace, ...(Number.isNaN(sqlCode) ? {} : { sqlCode }) },
    })
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

/**
 * Connects to the IRIS that `where` names, by default the one in the `IRIS_*` environment variables, which the adapters set
 * before the code under test is imported. Nothing is sent until the connection is used.
 *
 * @param where a connection's parts, or the name of one of the run's instances, such as `archive`, whose variables are
 *   `IRIS_ARCHIVE_HOST` and so on.
 * @throws IrisDevtesterError `IRIS_CONNECTION_INVALID` when the environment names none.
 */
export function connectIris(where: IrisConnectionInfo | string = fromEnvironment()): IrisConnection {
  if (typeof where !== 'string') return new IrisConnection(where)
  const env = environmentOf(process.env, where)
  if (!namesIris(env)) throw unknownInstance(where)
  return new IrisConnection(fromEnvironment(env))
}

function unknownInstance(instance: string): IrisDevtesterError {
  return new IrisDevtesterError({
    code: 'IRIS_CONNECTION_INVALID',
    message: `The environment names no instance ${JSON.stringify(instance)} of IRIS: neither IRIS_${instance.toUpperCase()}_URL nor IRIS_${instance.toUpperCase()}_HOST and IRIS_${instance.toUpperCase()}_PORT are set.`,
    hint: `Give it to the run: iris({ instances: { main: {}, ${instance}: {} } })`,
    details: { instance },
  })
}

/** `Demo.Patient.cls` for source that declares `Class Demo.Patient`; else the file's own name. */
function documentName(path: string, text: string): string {
  const declared = /^\s*Class\s+([%\w.]+)/m.exec(text)?.[1]
  return path.endsWith('.cls') && declared ? `${declared}.cls` : basename(path)
}
