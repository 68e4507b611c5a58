import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** Why a request is not served. */
export interface RequestRefusal {
  readonly status: 401 | 403
  readonly message: string
}

/**
 * Whether a request comes from the page on this machine, or from somebody who opens it. A web page that has made its own name stand for 127.0.0.1
 * is told by `Host`; every other web page by `Origin`, which browsers send with whatever isn't a plain reading of the same site.
 *
 * @param port the port that the server listens on
 */
export function checkSource(
  { headers, method, url = '' }: Pick<IncomingMessage, 'headers' | 'method' | 'url'>,
  port: number,
): RequestRefusal | undefined {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`]
  const host = headers.host?.toLowerCase() ?? ''
  if (!hosts.includes(host)) return { status: 403, message: `The header Host must be ${hosts.join(' or ')}.` }
  const { origin } = headers
  if (origin !== undefined && origin !== `http://${host}`) {
    return { status: 403, message: 'The header Origin names a web page of another server.' }
  }
  // Pages of this machine's other ports get our cookie sent along. A link may lead here from anywhere.
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && url.split('?')[0] !== '/') {
    return { status: 403, message: 'The header Sec-Fetch-Site names a web page of another server.' }
  }
  if (method !== 'GET' && method !== 'HEAD' && origin === undefined) {
    return { status: 403, message: 'The header Origin is missing.' }
  }
  return undefined
}

/** The value of a cookie; `undefined` where there is none, or another one of the name. */
export function cookieOf({ headers }: Pick<IncomingMessage, 'headers'>, name: string): string | undefined {
  const values = (headers.cookie ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
  return values.length === 1 ? values[0]?.slice(name.length + 1) : undefined
}

/** In a time that doesn't tell how much of it is right. */
export function isSecret(given: string | null | undefined, expected: string): boolean {
  return typeof given === 'string' && timingSafeEqual(digest(given), digest(expected))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
