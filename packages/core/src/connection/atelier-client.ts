import type { Agent, IncomingMessage, RequestOptions } from 'node:http'
import { IrisConnectionError } from './connection-error.ts'
import type { IrisConnectionInfo } from './connection-info.ts'

/** What every Atelier answer looks like. */
export interface AtelierAnswer<Content = unknown> {
  readonly status: { readonly errors: readonly { readonly error?: string }[]; readonly summary: string }
  readonly console: readonly string[]
  readonly result: { readonly content: Content; readonly status?: string }
}

/**
 * The REST API that IRIS ships for editors, as a way to run SQL and compile classes. It logs in once and keeps the
 * session's cookies, because each call without them takes one of a Community licence's few units; and it sends one
 * request at a time, which is how IRIS serves a session anyway.
 *
 * @see https://docs.intersystems.com/irislatest/csp/docbook/DocBook.UI.Page.cls?KEY=GVSCO_rest
 */
export class AtelierClient {
  readonly #info: IrisConnectionInfo
  readonly #timeoutMs: number
  readonly #cookies = new Map<string, string>()
  #agent: Agent | undefined
  #queue: Promise<unknown> = Promise.resolve()

  /** @param options.timeoutMs how long one answer may take, in ms. Default 60,000. */
  constructor(info: IrisConnectionInfo, { timeoutMs = 60_000 }: { readonly timeoutMs?: number } = {}) {
    this.#info = info
    this.#timeoutMs = timeoutMs
  }

  /** One request; `path` is what follows `/api/atelier/`. */
  request<Content>(method: string, path: string, body?: unknown): Promise<AtelierAnswer<Content>> {
    const turn = this.#queue.then(() => this.#send<Content>(method, path, body))
    this.#queue = turn.catch(() => {})
    return turn
  }

  /** Ends the session, so that its licence unit is free at once. Never fails: what can't be ended times out by itself. */
  async close(): Promise<void> {
    if (this.#cookies.size > 0) await this.request('HEAD', '?CacheLogout=end').catch(() => {})
    this.#cookies.clear()
    this.#agent?.destroy()
    this.#agent = undefined
  }

  async #send<Content>(method: string, path: string, body: unknown): Promise<AtelierAnswer<Content>> {
    const { request, Agent } = await import('node:http')
    // Idle sockets of a keep-alive agent are unreferenced, so they never keep a test process alive.
    this.#agent ??= new Agent({ keepAlive: true, maxSockets: 1 })
    const { host, webPort, username, password } = this.#info
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const payload = body === undefined ? undefined : JSON.stringify(body)
    const options: RequestOptions = {
      method,
      host,
      port: webPort,
      path: `/api/atelier/${path}`,
      agent: this.#agent,
      timeout: this.#timeoutMs,
      headers: {
        Accept: 'application/json',
        Authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
        ...(cookie ? { Cookie: cookie } : {}),
        ...(payload === undefined
          ? {}
          : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(payload) }),
      },
    }
    const { response, text } = await new Promise<{ response: IncomingMessage; text: string }>((resolve, reject) => {
      const client = request(options, (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => {
          text += chunk
        })
        response.on('end', () => resolve({ response, text }))
        response.on('error', (error) => reject(this.#unreachable(error)))
      })
      client.once('timeout', () => client.destroy(new Error(`no answer within ${this.#timeoutMs} ms`)))
      client.once('error', (error) => reject(this.#unreachable(error)))
      client.end(payload)
    })
    this.#keepCookies(response)
    return this.#answer<Content>(method, path, response.statusCode ?? 0, text)
  }

  #keepCookies(response: IncomingMessage): void {
    for (const line of response.headers['set-cookie'] ?? []) {
      const [, name, value] = /^([^=;]+)=([^;]*)/.exec(line) ?? []
      if (name !== undefined && value !== undefined) this.#cookies.set(name.trim(), value)
    }
  }

  #answer<Content>(method: string, path: string, status: number, text: string): AtelierAnswer<Content> {
    if (method === 'HEAD' && status < 400)
      return { status: { errors: [], summary: '' }, console: [], result: { content: undefined as Content } }
    const answer = parse<AtelierAnswer<Content>>(text)
    if (status < 400 && answer) return answer
    throw this.#refused(method, path, status, answer?.status?.summary ?? text.slice(0, 300))
  }

  #unreachable(cause: Error): IrisConnectionError {
    const { host, webPort } = this.#info
    const problem = (cause as NodeJS.ErrnoException).code ?? cause.message
    return new IrisConnectionError({
      code: 'IRIS_UNREACHABLE',
      message: `IRIS does not answer at http://${host}:${webPort}: ${problem}.`,
      hint: 'Is it running? See: npx iris-devtester status',
      details: { host, webPort, problem },
      cause,
    })
  }

  #refused(method: string, path: string, status: number, reason: string): IrisConnectionError {
    const { host, webPort, username, namespace } = this.#info
    const at = `http://${host}:${webPort}`
    const details = { status, reason, host, webPort, username, namespace, request: `${method} /api/atelier/${path}` }
    switch (status) {
      case 401:
        return new IrisConnectionError({
          code: 'IRIS_PASSWORD_REFUSED',
          message: `IRIS at ${at} refused the password of user ${JSON.stringify(username)}, or the password has expired.`,
          hint: 'Check IRIS_USERNAME and IRIS_PASSWORD (or the username and password options).',
          details,
        })
      case 403:
        return new IrisConnectionError({
          code: 'IRIS_PASSWORD_CHANGE_REQUIRED',
          message: `IRIS at ${at} wants user ${JSON.stringify(username)} to change the password first, or denies it the web application.`,
          hint: `Lift it inside the container:\necho 'Do ##class(Security.Users).UnExpireUserPasswords("*") Halt' | docker exec -i <container> iris session IRIS -U %SYS`,
          details,
        })
      case 503:
        return new IrisConnectionError({
          code: 'IRIS_LICENSE_UNITS_EXHAUSTED',
          message: `IRIS at ${at} is out of licence units (a Community Edition has 8 connections), or throttles logins.`,
          hint: 'Use fewer workers, close connections, or free all units: npx iris-devtester restart',
          details,
        })
      case 404:
        return reason.includes('amespace')
          ? new IrisConnectionError({
              code: 'IRIS_NAMESPACE_NOT_FOUND',
              message: `IRIS at ${at} has no namespace ${JSON.stringify(namespace)}.`,
              hint: `Create it: npx iris-devtester sql "CREATE DATABASE ${namespace}"`,
              details,
            })
          : new IrisConnectionError({
              code: 'IRIS_NO_WEB_API',
              message: `IRIS at ${at} has no web application /api/atelier, or not what was asked of it (${details.request}).`,
              hint: 'Enterprise images have no web server since 2023.2: use a driver on the superserver port, or a Community image.',
              details,
            })
      default:
        return new IrisConnectionError({
          code: 'IRIS_REQUEST_FAILED',
          message: `IRIS at ${at} answered ${details.request} with status ${status}: ${reason}`,
          details,
        })
    }
  }
}

function parse<T>(text: string): T | undefined {
  try {
    return JSON.parse(text) as T
  } catch {
    return undefined
  }
}
