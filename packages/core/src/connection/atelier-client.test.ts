import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { IrisConnectionError } from './connection-error.ts'
import { connectionInfo } from './connection-info.ts'
import { IrisConnection } from './iris-connection.ts'

type Handler = (request: IncomingMessage, response: ServerResponse, count: number) => void

let server: Server | undefined
const seen: IncomingMessage[] = []
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
  seen.length = 0
})

/** A connection to a web server that answers as it is told to. */
async function connectTo(handler: Handler, options: { timeoutMs?: number } = {}): Promise<IrisConnection> {
  server = createServer((request, response) => {
    seen.push(request)
    handler(request, response, seen.length)
  })
  await new Promise<void>((resolve) => server?.listen({ port: 0, host: '127.0.0.1' }, resolve))
  const webPort = (server.address() as AddressInfo).port
  return new IrisConnection(
    connectionInfo({ host: '127.0.0.1', port: 1972, webPort, namespace: '%SYS', username: 'u', password: 'secret' }),
    options,
  )
}

function answer(content: unknown = [], summary = ''): string {
  return JSON.stringify({ status: { errors: [], summary }, console: [], result: { content } })
}

async function failure(promise: Promise<unknown>): Promise<IrisConnectionError> {
  const error = await promise.then(
    () => undefined,
    (reason) => reason,
  )
  expect(error).toBeInstanceOf(IrisConnectionError)
  return error as IrisConnectionError
}

describe('an answer that is no success is named', () => {
  test.each([
    [401, '', 'IRIS_PASSWORD_REFUSED'],
    [403, '', 'IRIS_PASSWORD_CHANGE_REQUIRED'],
    [404, answer(null, "Namespace 'X' does not exist"), 'IRIS_NAMESPACE_NOT_FOUND'],
    [404, '<html>Not Found</html>', 'IRIS_NO_WEB_API'],
    [500, answer(null, 'ERROR #5002: ObjectScript error'), 'IRIS_REQUEST_FAILED'],
    [503, '', 'IRIS_LICENSE_UNITS_EXHAUSTED'],
    [200, '<html>Welcome</html>', 'IRIS_NO_WEB_API'],
    [200, '[]', 'IRIS_NO_WEB_API'],
    [200, '{"status":"ok"}', 'IRIS_NO_WEB_API'],
    [302, '', 'IRIS_NO_WEB_API'],
  ])('%i %j is %s', async (status, body, code) => {
    const connection = await connectTo((_, response) => response.writeHead(status).end(body))
    const error = await failure(connection.sql('SELECT 1'))
    expect(error.code).toBe(code)
    expect(`${error.message}${JSON.stringify(error)}`).not.toContain('secret')
    expect(seen.length).toBe(1)
  })

  test('500 carries the reason', async () => {
    const connection = await connectTo((_, response) => response.writeHead(500).end(answer(null, 'ERROR #5002')))
    expect((await failure(connection.sql('SELECT 1'))).message).toContain('status 500: ERROR #5002')
  })
})

describe('no answer is named', () => {
  test('a port that nobody listens on', async () => {
    const connection = await connectTo(() => {})
    await new Promise((resolve) => server?.close(resolve))
    expect(await failure(connection.sql('SELECT 1'))).toMatchObject({
      code: 'IRIS_UNREACHABLE',
      details: { problem: 'ECONNREFUSED' },
    })
  })

  test('an image without a web server', async () => {
    const info = { host: '127.0.0.1', port: 1972, webPort: 0, namespace: 'USER', username: 'u', password: 'p' }
    const error = await failure(new IrisConnection(connectionInfo(info)).sql('SELECT 1'))
    expect(error.code).toBe('IRIS_NO_WEB_API')
    expect(error.hint).toContain('superserver port')
  })

  test('silence, after the time-out', async () => {
    const connection = await connectTo(() => {}, { timeoutMs: 50 })
    expect((await failure(connection.sql('SELECT 1'))).message).toContain('no answer within 50 ms')
  })

  test('an answer that breaks off, and the next request is served', async () => {
    const connection = await connectTo((_, response, count) => {
      if (count > 1) response.end(answer([{ one: 1 }]))
      else response.writeHead(200, { 'Content-Length': 100 }).write('{', () => response.destroy())
    })
    expect((await failure(connection.sql('INSERT INTO T VALUES (1)'))).code).toBe('IRIS_UNREACHABLE')
    expect(await connection.sql('SELECT 1')).toEqual([{ one: 1 }])
  })
})

describe('the session', () => {
  test('is opened once: cookies are kept, one request at a time', async () => {
    let atOnce = 0
    let most = 0
    const connection = await connectTo((_, response, count) => {
      most = Math.max(most, ++atOnce)
      setTimeout(() => {
        atOnce--
        response.setHeader('Set-Cookie', [`CSPSESSIONID=${count}; path=/; httponly`, 'CSPWSERVERID=x;'])
        response.end(answer())
      }, 5)
    })
    await Promise.all(Array.from({ length: 5 }, () => connection.sql('SELECT 1')))
    expect(most).toBe(1)
    expect(seen.map(({ headers }) => headers.cookie)).toEqual([
      undefined,
      ...[1, 2, 3, 4].map((n) => `CSPSESSIONID=${n}; CSPWSERVERID=x`),
    ])
    expect(new Set(seen.map(({ socket }) => socket.remotePort)).size).toBe(1)
    await connection.close()
    expect(seen.at(-1)).toMatchObject({ method: 'HEAD', url: '/api/atelier/?CacheLogout=end' })
  })

  test('that has ended on the other side is opened anew by the password', async () => {
    const connection = await connectTo((request, response, count) => {
      if (count === 2) return response.writeHead(401).end()
      response.setHeader('Set-Cookie', `S=${count}`)
      return response.end(answer([{ cookie: request.headers.cookie ?? null }]))
    })
    await connection.sql('SELECT 1')
    expect(await connection.sql('INSERT INTO T VALUES (1)')).toEqual([{ cookie: null }])
    expect(seen.length).toBe(3)
  })

  test('a wrong password is tried once only', async () => {
    const connection = await connectTo((_, response) => response.writeHead(401).end())
    await failure(connection.sql('SELECT 1'))
    expect(seen.length).toBe(1)
  })

  test('closing without a session sends nothing, and never fails', async () => {
    const connection = await connectTo((_, response) => response.writeHead(500).end())
    await connection.close()
    expect(seen.length).toBe(0)
    await failure(connection.sql('SELECT 1'))
    await connection.close()
  })
})

describe('a kept-alive socket that the server closed', () => {
  const closing: Handler = (request, response, count) => {
    if (count === 2) return request.socket.resetAndDestroy()
    return response.end(answer([{ count }]))
  }

  test('is replaced for what may be repeated', async () => {
    const connection = await connectTo(closing)
    await connection.sql('SELECT 1')
    expect(await connection.sql('SELECT 1')).toEqual([{ count: 3 }])
  })

  test('is an error for what may not', async () => {
    const connection = await connectTo(closing)
    await connection.sql('SELECT 1')
    expect((await failure(connection.sql('INSERT INTO T VALUES (1)'))).code).toBe('IRIS_UNREACHABLE')
    expect(seen.length).toBe(2)
  })
})

test('what may not be repeated goes over a new connection after a pause; what may keeps the old one', async () => {
  const connection = await connectTo((_, response) => response.end(answer()))
  const ports = async (query: string) => {
    await connection.sql(query)
    return seen.at(-1)?.socket.remotePort
  }
  const first = await ports('SELECT 1')
  await sleep(1_200)
  expect(await ports('SELECT 1')).toBe(first)
  await sleep(1_200)
  expect(await ports('INSERT INTO a VALUES (1)')).not.toBe(first)
  await connection.close()
})

test('a namespace is part of the path, and %SYS is encoded', async () => {
  const connection = await connectTo((_, response) => response.end(answer()))
  await connection.sql('SELECT 1')
  expect(seen[0]?.url).toBe('/api/atelier/v1/%25SYS/action/query')
})
