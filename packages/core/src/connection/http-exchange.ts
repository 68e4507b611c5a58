import type { Agent, RequestOptions } from 'node:http'

export interface HttpRequest {
  readonly agent: Agent
  readonly host: string
  readonly port: number
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | undefined
  /** How long the server may say nothing, in ms. */
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
  /** How long the answer's body may be, in bytes. Default: any length. */
  readonly maxBytes?: number | undefined
}

export interface HttpAnswer {
  readonly status: number
  /** The `Set-Cookie` lines. */
  readonly cookies: readonly string[]
  readonly text: string
}

/** No answer came, or not all of it. */
export class HttpExchangeError extends Error {
  override readonly name = 'HttpExchangeError'
  /** Whether the socket had carried an earlier exchange: the server may have closed it before it saw this one. */
  readonly reusedSocket: boolean

  constructor(cause: Error, reusedSocket: boolean) {
    super((cause as NodeJS.ErrnoException).code ?? cause.message, { cause })
    this.reusedSocket = reusedSocket
  }
}

/** The answer's body is longer than was allowed. */
export class AnswerTooLongError extends Error {
  override readonly name = 'AnswerTooLongError'
}

/**
 * One HTTP request and its whole answer, whatever its status.
 *
 * @throws HttpExchangeError
 */
export async function exchange(call: HttpRequest): Promise<HttpAnswer> {
  const { request } = await import('node:http')
  const {
    agent,
    host,
    port,
    method,
    path,
    headers,
    body,
    timeoutMs,
    signal,
    maxBytes = Number.POSITIVE_INFINITY,
  } = call
  const options: RequestOptions = {
    agent,
    host,
    port,
    method,
    path,
    headers: body === undefined ? headers : { ...headers, 'Content-Length': Buffer.byteLength(body) },
    timeout: timeoutMs,
  }
  if (signal) options.signal = signal
  return new Promise((resolve, reject) => {
    const client = request(options)
    const fail = (error: Error) => reject(new HttpExchangeError(error, client.reusedSocket))
    client.once('timeout', () => client.destroy(new Error(`no answer within ${timeoutMs} ms`)))
    client.once('error', fail)
    client.once('response', (response) => {
      let text = ''
      let bytes = 0
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        bytes += Buffer.byteLength(chunk)
        if (bytes > maxBytes) response.destroy(new AnswerTooLongError(`more than ${maxBytes} bytes`))
        else text += chunk
      })
      response.once('error', fail)
      response.once('end', () => {
        resolve({ status: response.statusCode ?? 0, cookies: response.headers['set-cookie'] ?? [], text })
      })
    })
    client.end(body)
  })
}
