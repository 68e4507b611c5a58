import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** Where the server is, below its address. */
export const PATH = '/mcp'

/** Why an HTTP request is not served. */
export interface RequestRefusal {
  readonly status: 401 | 403 | 404
  readonly message: string
}

/**
 * Whether a request comes from a client on this machine that knows the token. A web page that has made its own name stand
 * for 127.0.0.1 is told by `Host`, and every other web page by `Origin`.
 *
 * @param port the port that the server listens on
 */
export function checkRequest(
  { headers, url = '' }: Pick<IncomingMessage, 'headers' | 'url'>,
  port: number,
  token: string,
): RequestRefusal | undefined {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`]
  if (!hosts.includes(headers.host?.toLowerCase() ?? ''))
    return { status: 403, message: `The header Host must be ${hosts.join(' or ')}.` }
  const { origin } = headers
  if (origin !== undefined && !hosts.some((host) => origin === `http://${host}`))
    return { status: 403, message: 'The header Origin names a web page of another server.' }
  if (url.split('?')[0] !== PATH) return { status: 404, message: `There is nothing but ${PATH}.` }
  if (!isSame(headers.authorization ?? '', `Bearer ${token}`))
    return {
      status: 401,
      message: 'The header Authorization must be Bearer, and the token that the server was started with.',
    }
  return undefined
}

/** In a time that doesn't tell how much of it is right. */
function isSame(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
