/** What Atelier answers, as far as the tests look at it. */
export interface AtelierAnswer {
  readonly http: number
  readonly cookies: string
  readonly status: { readonly errors: readonly { readonly error: string }[]; readonly summary: string }
  readonly console: readonly string[]
  readonly result: { readonly content?: unknown }
}

export interface WebCall {
  readonly user?: string
  readonly password?: string
  readonly cookies?: string
  readonly method?: string
  readonly body?: unknown
}

/** One call to the web server; the body is empty where it isn't JSON. */
export async function call(port: number, path: string, options: WebCall = {}): Promise<AtelierAnswer> {
  const headers: Record<string, string> = {}
  if (options.user !== undefined) {
    headers.Authorization = `Basic ${Buffer.from(`${options.user}:${options.password}`).toString('base64')}`
  }
  if (options.cookies !== undefined) headers.Cookie = options.cookies
  if (options.body !== undefined) headers['Content-Type'] = 'application/json'
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: options.method ?? (options.body === undefined ? 'GET' : 'POST'),
    headers,
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  })
  const text = await response.text()
  const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(';')[0])
  const answer = text.startsWith('{') ? (JSON.parse(text) as Omit<AtelierAnswer, 'http' | 'cookies'>) : EMPTY
  return { ...answer, http: response.status, cookies: cookies.join('; ') }
}

const EMPTY = { status: { errors: [], summary: '' }, console: [], result: {} }

/** A signed-on caller that keeps its cookies, as a well-behaved client does. */
export class WebClient {
  readonly #port: number
  readonly #user: string
  readonly #password: string
  #cookies: string | undefined

  constructor(port: number, user = '_SYSTEM', password = 'SYS') {
    this.#port = port
    this.#user = user
    this.#password = password
  }

  async call(path: string, options: WebCall = {}): Promise<AtelierAnswer> {
    const who =
      this.#cookies === undefined ? { user: this.#user, password: this.#password } : { cookies: this.#cookies }
    const answer = await call(this.#port, path, { ...who, ...options })
    if (answer.cookies) this.#cookies = answer.cookies
    return answer
  }

  /** Runs a statement and gives Atelier's whole answer. */
  query(
    sql: string,
    parameters: readonly unknown[] = [],
    { namespace = 'USER', max = 1000 } = {},
  ): Promise<AtelierAnswer> {
    const path = `/api/atelier/v1/${encodeURIComponent(namespace)}/action/query?max=${max}`
    return this.call(path, { body: { query: sql, parameters } })
  }

  /** The rows of a statement; throws what IRIS says is wrong. */
  async rows(sql: string, parameters: readonly unknown[] = [], options: { namespace?: string; max?: number } = {}) {
    const { status, result } = await this.query(sql, parameters, options)
    if (status.summary !== '') throw new Error(status.summary)
    return result.content as Record<string, unknown>[]
  }

  /** The SQLCODE a statement fails with. */
  async sqlcode(
    sql: string,
    parameters: readonly unknown[] = [],
    options: { namespace?: string } = {},
  ): Promise<number> {
    const { http, status } = await this.query(sql, parameters, options)
    if (http !== 200) throw new Error(`HTTP ${http}`)
    return Number(/SQLCODE: (-?\d+)/.exec(status.summary)?.[1] ?? 0)
  }
}
