import type { IncomingMessage, RequestOptions } from 'node:http'
import type { Duplex } from 'node:stream'
import { debugLog } from '../debug/debug-log.ts'
import { type EngineEndpoint, formatEndpoint } from './engine-endpoint.ts'
import { EngineError } from './engine-error.ts'
import { hungRemedy, unreachableRemedy } from './engine-remedy.ts'

const debug = debugLog('engine')

export interface EngineRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD'
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  /** Sent as JSON. */
  readonly body?: unknown
  /** Sent as it is: a tar archive. */
  readonly payload?: Uint8Array
  readonly headers?: Readonly<Record<string, string>>
  /** How long the answer's head may take, in ms; default: the client's. `0` waits for ever. */
  readonly timeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Requests to a container engine over plain HTTP, on a socket or a TCP port, with errors of one kind. It loads in a few
 * milliseconds where a full client takes hundreds.
 */
export class EngineTransport {
  /** Where the engine listens. */
  readonly endpoint: EngineEndpoint
  readonly #timeoutMs: number

  /**
   * @param endpoint where the engine listens
   * @param options `timeoutMs`: how long an answer may take unless a call says otherwise, in ms. Default 10,000.
   */
  constructor(endpoint: EngineEndpoint, { timeoutMs = 10_000 }: { readonly timeoutMs?: number } = {}) {
    this.endpoint = endpoint
    this.#timeoutMs = timeoutMs
  }

  /** The address, in `DOCKER_HOST`'s form. */
  get address(): string {
    return formatEndpoint(this.endpoint)
  }

  /**
   * Sends a request and gives the answer once its head is there and says success.
   *
   * @throws EngineError `ENGINE_UNREACHABLE`, `ENGINE_TIMEOUT`, or `ENGINE_REQUEST_FAILED` with the engine's own words.
   */
  async open(path: string, request: EngineRequest = {}): Promise<IncomingMessage> {
    const began = performance.now()
    const outcome = (result: string | number) => debug(() => describeRequest(path, request, began, result))
    const response = await this.#send(path, request).catch((error) => {
      outcome((error as Error).message.split('\n')[0] ?? '')
      throw error
    })
    const status = response.statusCode ?? 0
    outcome(status)
    if (status < 400) return response
    throw await this.#refused(path, request, response)
  }

  /**
   * Sends a request and gives its answer's body as it comes.
   *
   * @param request `idleMs` in ms ends it when nothing has come for so long; by default nothing does.
   * @throws EngineError as {@link open} does; `ENGINE_UNREACHABLE` also for an answer that breaks off.
   */
  async *stream(path: string, request: EngineRequest & { readonly idleMs?: number } = {}): AsyncGenerator<Buffer> {
    yield* await this.body(path, request)
  }

  /** As {@link stream}, and resolves once the answer's head is there. */
  async body(
    path: string,
    request: EngineRequest & { readonly idleMs?: number } = {},
  ): Promise<AsyncGenerator<Buffer>> {
    return this.#chunks(path, request, await this.open(path, request))
  }

  async *#chunks(
    path: string,
    request: EngineRequest & { readonly idleMs?: number },
    response: IncomingMessage,
  ): AsyncGenerator<Buffer> {
    const { idleMs } = request
    if (idleMs !== undefined) response.setTimeout(idleMs, () => response.destroy(this.timedOut(path, idleMs)))
    try {
      for await (const chunk of response) yield chunk as Buffer
    } catch (error) {
      throw this.#failed(path, error as Error)
    }
  }

  /** Sends a request and gives its JSON answer. */
  async call<T>(path: string, request: EngineRequest): Promise<T> {
    const text = await this.text(path, request)
    try {
      return JSON.parse(text) as T
    } catch (cause) {
      throw new EngineError({
        code: 'ENGINE_REQUEST_FAILED',
        message: `The server at ${this.address} is not a container engine: its answer to ${path} isn't JSON.`,
        hint: 'Check DOCKER_HOST, or unset it.',
        details: { address: this.address, path, answer: text.slice(0, 200), problem: 'not an engine' },
        cause,
      })
    }
  }

  async #send(path: string, request: EngineRequest): Promise<IncomingMessage> {
    const client = await this.#request(path, request)
    return new Promise((resolve, reject) => {
      client.once('response', (response) => {
        client.setTimeout(0)
        resolve(response)
      })
      client.once('error', (error) => reject(this.#failed(path, error)))
      client.end(request.payload ?? (request.body === undefined ? undefined : JSON.stringify(request.body)))
    })
  }

  /** Sends a request whose connection then becomes a two-way stream. */
  async hijack(path: string, body: unknown): Promise<Duplex> {
    const headers = { Connection: 'Upgrade', Upgrade: 'tcp' }
    const client = await this.#request(path, { method: 'POST', headers, body })
    return new Promise((resolve, reject) => {
      client.once('upgrade', (_response, socket, head) => {
        socket.setTimeout(0)
        if (head.length > 0) socket.unshift(head)
        resolve(socket)
      })
      client.once('response', (response) => this.#refused(path, { method: 'POST' }, response).then(reject, reject))
      client.once('error', (error) => reject(this.#failed(path, error)))
      client.end(JSON.stringify(body))
    })
  }

  async #request(path: string, request: EngineRequest) {
    const endpoint = this.endpoint
    const secure = endpoint.kind === 'tcp' ? endpoint.tls : undefined
    const { request: send } = secure ? await import('node:https') : await import('node:http')
    const query = new URLSearchParams()
    for (const [name, value] of Object.entries(request.query ?? {})) {
      if (value !== undefined) query.set(name, String(value))
    }
    const options: RequestOptions & Record<string, unknown> = {
      method: request.method ?? 'GET',
      path: query.size === 0 ? path : `${path}?${query}`,
      headers: {
        Host: 'docker',
        ...(request.body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(request.payload === undefined ? {} : { 'Content-Type': 'application/x-tar' }),
        ...request.headers,
      },
      // No pooled connection: nothing may keep a runner's process alive after us.
      agent: endpoint.kind === 'ssh' ? (await import('./ssh-connections.ts')).sshConnections(endpoint) : false,
      timeout: request.timeoutMs ?? this.#timeoutMs,
    }
    if (request.signal) options.signal = request.signal
    if (endpoint.kind === 'socket') options.socketPath = endpoint.path
    if (endpoint.kind === 'tcp') Object.assign(options, { host: endpoint.host, port: endpoint.port })
    if (secure) {
      Object.assign(options, { ca: secure.ca, cert: secure.cert, key: secure.key, rejectUnauthorized: secure.verify })
    }
    const client = send(options)
    client.once('timeout', () => client.destroy(this.timedOut(path, Number(options.timeout))))
    return client
  }

  /** Sends a request and gives its answer as text. */
  async text(path: string, request: EngineRequest): Promise<string> {
    return this.#read(path, await this.open(path, request), request.timeoutMs ?? this.#timeoutMs)
  }

  /** Reads an answer to its end; a body that stalls is a time-out as much as a missing head is. */
  async #read(path: string, response: IncomingMessage, timeoutMs: number): Promise<string> {
    const timer =
      timeoutMs > 0 ? setTimeout(() => response.destroy(this.timedOut(path, timeoutMs)), timeoutMs) : undefined
    try {
      let text = ''
      response.setEncoding('utf8')
      for await (const chunk of response) text += chunk
      return text
    } catch (error) {
      throw this.#failed(path, error as Error)
    } finally {
      clearTimeout(timer)
    }
  }

  async #refused(path: string, request: EngineRequest, response: IncomingMessage): Promise<EngineError> {
    const text = await this.#read(path, response, this.#timeoutMs)
    const reason = reasonIn(text)
    return new EngineError({
      code: 'ENGINE_REQUEST_FAILED',
      message: `The container engine refused ${request.method ?? 'GET'} ${path}: ${reason}`,
      details: { status: response.statusCode, reason, path, address: this.address, problem: reason },
    })
  }

  #failed(path: string, error: Error): EngineError {
    if (error instanceof EngineError) return error
    const code = (error as NodeJS.ErrnoException).code
    const problem = code === 'EACCES' || code === 'EPERM' ? 'permission denied' : (code ?? error.message)
    return new EngineError({
      code: 'ENGINE_UNREACHABLE',
      message: `The container engine at ${this.address} can't be reached: ${problem}.`,
      hint: unreachableRemedy(this.endpoint, problem),
      details: { address: this.address, source: this.endpoint.source, path, problem },
      cause: error,
    })
  }

  /** What to throw when an answer takes too long. */
  timedOut(path: string, timeoutMs: number): EngineError {
    return new EngineError({
      code: 'ENGINE_TIMEOUT',
      message: `The container engine at ${this.address} did not answer ${path} within ${timeoutMs} ms.`,
      hint: hungRemedy(this.endpoint),
      details: { address: this.address, path, timeoutMs, problem: `no answer within ${timeoutMs} ms` },
    })
  }
}

/** Neither headers nor bodies, which carry credentials and passwords. */
function describeRequest(
  path: string,
  { method = 'GET', query = {} }: EngineRequest,
  began: number,
  result: string | number,
): string {
  const words = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]))
  const target = words.length === 0 ? path : `${path}?${words.join('&')}`
  return `${method} ${target} → ${result} in ${(performance.now() - began).toFixed(1)} ms`
}

function reasonIn(text: string): string {
  try {
    return (JSON.parse(text) as { message?: string }).message ?? text.trim()
  } catch {
    // Not JSON: a proxy's page, for instance.
    return text.trim().slice(0, 500)
  }
}
