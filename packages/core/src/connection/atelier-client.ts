import type { Agent } from 'node:http'
import { refused, tooLong, unreachable, withoutWebServer } from './atelier-refusal.ts'
import type { IrisConnectionInfo } from './connection-info.ts'
import { AnswerTooLongError, exchange, type HttpAnswer, HttpExchangeError } from './http-exchange.ts'
import { parseExactly } from './sql-values.ts'

/** Logging out is a courtesy that nobody should have to wait for, in ms. */
const LOGOUT_TIMEOUT_MS = 2_000

/** For how long an unused connection is surely open, in ms: servers close theirs after some seconds. */
const IDLE_MS = 1_000

/** What every Atelier answer looks like. */
export interface AtelierAnswer<Content = unknown> {
  readonly status: { readonly errors: readonly { readonly error?: string }[]; readonly summary: string }
  readonly console: readonly string[]
  readonly result: { readonly content: Content; readonly status?: string }
}

export interface AtelierRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT'
  /** What follows `/api/atelier/`. */
  readonly path: string
  /** Sent as JSON. */
  readonly body?: unknown
  /** Whether doing it twice is as good as doing it once, so that it may be sent again when the connection broke. */
  readonly repeatable: boolean
  /** How long the answer may take, in ms. Default: the client's. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal | undefined
  /** How long the answer may be, in bytes. Default: any length. */
  readonly maxBytes?: number | undefined
}

/**
 * The REST API that IRIS ships for editors, as a way to run SQL and compile classes. It logs in once and keeps the
 * session's cookies, because each call without them takes one of a Community licence's few units; and it sends one
 * request at a time, which is how IRIS serves a session anyway. It outlives a restart of IRIS.
 *
 * @see https://docs.intersystems.com/irislatest/csp/docbook/DocBook.UI.Page.cls?KEY=GVSCO_rest
 */
export class AtelierClient {
  readonly #info: IrisConnectionInfo
  readonly #timeoutMs: number
  readonly #cookies = new Map<string, string>()
  #agent: Agent | undefined
  #answeredAt = 0
  #queue: Promise<unknown> = Promise.resolve()

  /** @param options.timeoutMs how long one answer may take, in ms. Default 60,000. */
  constructor(info: IrisConnectionInfo, { timeoutMs = 60_000 }: { readonly timeoutMs?: number } = {}) {
    this.#info = info
    this.#timeoutMs = timeoutMs
  }

  /**
   * Sends a request once those before it have been answered.
   *
   * @throws IrisConnectionError
   */
  request<Content>(request: AtelierRequest): Promise<AtelierAnswer<Content>> {
    return this.#inTurn(async () => this.#read<Content>(request, await this.#send(request)))
  }

  /** Ends the session, so that its licence unit is free at once. Never fails: what can't be ended times out by itself. */
  async close(): Promise<void> {
    await this.#inTurn(async () => {
      const request = { method: 'HEAD', path: '?CacheLogout=end', repeatable: false } as const
      // Whoever doesn't log out gives the licence unit back when the session times out.
      if (this.#cookies.size > 0) await this.#exchange({ ...request, timeoutMs: LOGOUT_TIMEOUT_MS }).catch(() => {})
      this.#cookies.clear()
      this.#disconnect()
    })
  }

  #disconnect(): void {
    this.#agent?.destroy()
    this.#agent = undefined
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(work)
    // The caller gets the failure; here it must only not stop the next in the queue.
    this.#queue = turn.catch(() => {})
    return turn
  }

  async #send(request: AtelierRequest): Promise<HttpAnswer> {
    if (this.#info.webPort === 0) throw withoutWebServer(this.#info)
    const hadSession = this.#cookies.size > 0
    // What can't be sent twice goes over no connection that IRIS may just be closing.
    if (!request.repeatable && performance.now() - this.#answeredAt > IDLE_MS) this.#disconnect()
    try {
      const answer = await this.#exchange(request)
      if (!hadSession || (answer.status !== 401 && answer.status !== 403)) return answer
      // IRIS was restarted or ended the session: the password alone opens another.
      this.#cookies.clear()
      return await this.#exchange(request)
    } catch (error) {
      if (!(error instanceof HttpExchangeError)) throw error
      if (error.cause instanceof AnswerTooLongError) throw tooLong(this.#info, request.maxBytes ?? 0)
      // An idle connection that IRIS has closed is only noticed by the next request on it.
      if (!error.reusedSocket || !request.repeatable || request.signal?.aborted) throw unreachable(this.#info, error)
      return await this.#exchange(request).catch((cause) => {
        throw unreachable(this.#info, cause)
      })
    }
  }

  async #exchange({ method, path, body, timeoutMs, signal, maxBytes }: AtelierRequest): Promise<HttpAnswer> {
    // Idle sockets of a keep-alive agent are unreferenced, so they never keep a test process alive.
    this.#agent ??= new (await import('node:http')).Agent({ keepAlive: true, maxSockets: 1 })
    const { host, webPort, username, password } = this.#info
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await exchange({
      agent: this.#agent,
      host,
      port: webPort,
      method,
      path: `/api/atelier/${path}`,
      headers: {
        Accept: 'application/json',
        Authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
        ...(cookie === '' ? {} : { Cookie: cookie }),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      timeoutMs: timeoutMs ?? this.#timeoutMs,
      signal,
      maxBytes,
    })
    this.#answeredAt = performance.now()
    for (const line of answer.cookies) {
      const [, name, value] = /^([^=;]+)=([^;]*)/.exec(line) ?? []
      if (name !== undefined && value !== undefined) this.#cookies.set(name.trim(), value)
    }
    return answer
  }

  #read<Content>({ method, path }: AtelierRequest, { status, text }: HttpAnswer): AtelierAnswer<Content> {
    const answer = parse(text)
    if (status < 400 && isAtelierAnswer(answer)) return answer as AtelierAnswer<Content>
    const summary = (answer as Partial<AtelierAnswer> | undefined)?.status?.summary
    const reason = typeof summary === 'string' && summary !== '' ? summary : text.slice(0, 300)
    throw refused(this.#info, { request: `${method} /api/atelier/${path}`, status, reason })
  }
}

function isAtelierAnswer(answer: unknown): answer is AtelierAnswer {
  const { status, result } = (answer ?? {}) as Partial<AtelierAnswer>
  return typeof status?.summary === 'string' && typeof result === 'object' && result !== null
}

function parse(text: string): unknown {
  try {
    return parseExactly(text)
  } catch {
    // Not JSON: the caller explains the answer by its status.
    return undefined
  }
}
