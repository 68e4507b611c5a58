import type { IncomingMessage, RequestOptions } from 'node:http'
import type { Duplex } from 'node:stream'
import type { ContainerInspection, ContainerSummary, ImageInspection } from './engine-answers.ts'
import { type EngineEndpoint, formatEndpoint } from './engine-endpoint.ts'
import { EngineError } from './engine-error.ts'
import { readFrames } from './stream-frames.ts'

export interface EngineRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD'
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** How long the answer's head may take, in ms; default: the client's. `0` waits for ever. */
  readonly timeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** The outcome of a command run inside a container. */
export interface ExecOutcome {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/**
 * The few calls of the Docker Engine API that this product needs, over plain HTTP. It loads in a few milliseconds where a
 * full client takes hundreds, so that attaching to a warm container, probing ports and the reaper stay cheap.
 *
 * @see https://docs.docker.com/reference/api/engine/version/v1.41/
 */
export class EngineClient {
  readonly endpoint: EngineEndpoint
  readonly #timeoutMs: number

  /** @param options.timeoutMs how long an answer may take unless a call says otherwise, in ms. Default 10,000. */
  constructor(endpoint: EngineEndpoint, { timeoutMs = 10_000 }: { readonly timeoutMs?: number } = {}) {
    this.endpoint = endpoint
    this.#timeoutMs = timeoutMs
  }

  /** The address, in `DOCKER_HOST`'s form. */
  get address(): string {
    return formatEndpoint(this.endpoint)
  }

  async ping(signal?: AbortSignal): Promise<void> {
    await this.#text('/_ping', { signal })
  }

  /** All containers, stopped ones too unless `all` is false, that carry each of `labels` (`name` or `name=value`). */
  listContainers(
    options: { all?: boolean; labels?: readonly string[]; timeoutMs?: number; signal?: AbortSignal } = {},
  ): Promise<ContainerSummary[]> {
    const filters = options.labels ? JSON.stringify({ label: options.labels }) : undefined
    return this.#json('/containers/json', {
      query: { all: options.all ?? true, filters },
      timeoutMs: options.timeoutMs,
      signal: options.signal,
    })
  }

  /** The container with this id or name; `undefined` when there is none. */
  inspectContainer(
    id: string,
    options: { timeoutMs?: number; signal?: AbortSignal } = {},
  ): Promise<ContainerInspection | undefined> {
    return this.#unlessMissing(this.#json<ContainerInspection>(`/containers/${encodeURIComponent(id)}/json`, options))
  }

  /** The image with this name or id; `undefined` when the engine doesn't have it. */
  inspectImage(name: string): Promise<ImageInspection | undefined> {
    return this.#unlessMissing(this.#json<ImageInspection>(`/images/${name}/json`, {}))
  }

  async startContainer(id: string): Promise<void> {
    await this.#text(`/containers/${id}/start`, { method: 'POST', timeoutMs: 60_000 })
  }

  async unpauseContainer(id: string): Promise<void> {
    await this.#text(`/containers/${id}/unpause`, { method: 'POST' })
  }

  /** Asks the container to stop and kills it after `graceSeconds`. One that is stopped or gone is fine. */
  async stopContainer(id: string, graceSeconds: number): Promise<void> {
    const timeoutMs = (graceSeconds + 15) * 1_000
    await this.#unlessMissing(
      this.#text(`/containers/${id}/stop`, { method: 'POST', query: { t: graceSeconds }, timeoutMs }),
    )
  }

  /** Kills and removes the container with its anonymous volumes. One that is gone is fine. */
  async removeContainer(id: string): Promise<void> {
    try {
      await this.#text(`/containers/${encodeURIComponent(id)}`, {
        method: 'DELETE',
        query: { force: true, v: true },
        timeoutMs: 60_000,
      })
    } catch (error) {
      // 409: somebody else's removal of it is under way, which is what was asked for.
      if (error instanceof EngineError && (error.status === 404 || error.status === 409)) return
      throw error
    }
  }

  /** The container's output, standard output and error in order, as text. `since` is in Unix seconds, fractions allowed. */
  async logs(id: string, { tail, since }: { tail?: number; since?: number } = {}): Promise<string> {
    const response = await this.open(`/containers/${id}/logs`, {
      query: { stdout: true, stderr: true, tail: tail ?? 'all', since },
    })
    let text = ''
    for await (const frame of readFrames(response)) text += frame.text
    return text
  }

  /** The container's output as it comes, from `since` (Unix seconds) on, until it ends or `signal` aborts. */
  async *followLogs(
    id: string,
    { since, signal }: { since?: number; signal?: AbortSignal } = {},
  ): AsyncGenerator<string> {
    const response = await this.open(`/containers/${id}/logs`, {
      query: { stdout: true, stderr: true, follow: true, since },
      signal,
    })
    let rest = ''
    for await (const frame of readFrames(response)) {
      const lines = (rest + frame.text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) yield line.replace(/\r$/, '')
    }
    if (rest) yield rest
  }

  /** Runs a command in the container, `stdin` given to it whole, and waits for its end. */
  async exec(
    id: string,
    command: readonly string[],
    options: { stdin?: string; env?: readonly string[]; user?: string; timeoutMs?: number } = {},
  ): Promise<ExecOutcome> {
    const { Id } = await this.#json<{ Id: string }>(`/containers/${id}/exec`, {
      method: 'POST',
      body: {
        Cmd: command,
        AttachStdin: options.stdin !== undefined,
        AttachStdout: true,
        AttachStderr: true,
        Env: options.env,
        User: options.user,
      },
    })
    const socket = await this.#hijack(`/exec/${Id}/start`, { Detach: false, Tty: false })
    const timeoutMs = options.timeoutMs ?? 60_000
    const timer = setTimeout(() => socket.destroy(this.#timedOut(`exec in ${id}`, timeoutMs)), timeoutMs)
    try {
      if (options.stdin !== undefined) socket.end(options.stdin)
      const output = { stdout: '', stderr: '' }
      for await (const frame of readFrames(socket)) output[frame.stream] += frame.text
      const { ExitCode } = await this.#json<{ ExitCode: number | null }>(`/exec/${Id}/json`, {})
      return { exitCode: ExitCode ?? -1, ...output }
    } finally {
      clearTimeout(timer)
      socket.destroy()
    }
  }

  /**
   * Sends a request and gives the answer once its head is there and says success.
   *
   * @throws EngineError `ENGINE_UNREACHABLE`, `ENGINE_TIMEOUT`, or `ENGINE_REQUEST_FAILED` with the engine's own words.
   */
  async open(path: string, request: EngineRequest = {}): Promise<IncomingMessage> {
    const response = await this.#send(path, request)
    const status = response.statusCode ?? 0
    if (status < 400) return response
    throw await this.#refused(path, request, response)
  }

  async #send(path: string, request: EngineRequest): Promise<IncomingMessage> {
    const client = await this.#request(path, request)
    return new Promise((resolve, reject) => {
      client.once('response', (response) => {
        client.setTimeout(0)
        resolve(response)
      })
      client.once('error', (error) => reject(this.#failed(path, error)))
      client.end(request.body === undefined ? undefined : JSON.stringify(request.body))
    })
  }

  async #hijack(path: string, body: unknown): Promise<Duplex> {
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
        ...request.headers,
      },
      // No pooled connection: nothing may keep a runner's process alive after us.
      agent: false,
      timeout: request.timeoutMs ?? this.#timeoutMs,
    }
    if (request.signal) options.signal = request.signal
    if (endpoint.kind === 'socket') options.socketPath = endpoint.path
    else Object.assign(options, { host: endpoint.host, port: endpoint.port })
    if (secure) {
      Object.assign(options, { ca: secure.ca, cert: secure.cert, key: secure.key, rejectUnauthorized: secure.verify })
    }
    const client = send(options)
    client.once('timeout', () => client.destroy(this.#timedOut(path, Number(options.timeout))))
    return client
  }

  async #json<T>(path: string, request: EngineRequest): Promise<T> {
    const text = await this.#text(path, request)
    try {
      return JSON.parse(text) as T
    } catch (cause) {
      throw new EngineError({
        code: 'ENGINE_REQUEST_FAILED',
        message: `What answers at ${this.address} is no container engine: its answer to ${path} isn't JSON.`,
        hint: 'Check DOCKER_HOST, or unset it.',
        details: { address: this.address, path, answer: text.slice(0, 200), problem: 'not an engine' },
        cause,
      })
    }
  }

  async #text(path: string, request: EngineRequest): Promise<string> {
    return this.#read(path, await this.open(path, request), request.timeoutMs ?? this.#timeoutMs)
  }

  /** Reads an answer to its end; a body that stalls is a time-out as much as a missing head is. */
  async #read(path: string, response: IncomingMessage, timeoutMs: number): Promise<string> {
    const timer =
      timeoutMs > 0 ? setTimeout(() => response.destroy(this.#timedOut(path, timeoutMs)), timeoutMs) : undefined
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

  async #unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
    try {
      return await answer
    } catch (error) {
      if (error instanceof EngineError && error.status === 404) return undefined
      throw error
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
      hint: 'Is it running? Try: docker version',
      details: { address: this.address, source: this.endpoint.source, path, problem },
      cause: error,
    })
  }

  #timedOut(path: string, timeoutMs: number): EngineError {
    return new EngineError({
      code: 'ENGINE_TIMEOUT',
      message: `The container engine at ${this.address} did not answer ${path} within ${timeoutMs} ms.`,
      hint: 'Is it hung? Try: docker version\nThen restart it: sudo systemctl restart docker',
      details: { address: this.address, path, timeoutMs, problem: `no answer within ${timeoutMs} ms` },
    })
  }
}

function reasonIn(text: string): string {
  try {
    return (JSON.parse(text) as { message?: string }).message ?? text.trim()
  } catch {
    return text.trim().slice(0, 500)
  }
}
