import { once } from 'node:events'
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { EngineTransport } from './engine-transport.ts'

const servers: Server[] = []

afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

/** A transport to a server on this machine. */
async function connectTo(server: Server, timeoutMs = 5_000): Promise<EngineTransport> {
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return new EngineTransport({ kind: 'tcp', host: '127.0.0.1', port, source: 'a test' }, { timeoutMs })
}

const http = (listener: RequestListener, timeoutMs?: number) => connectTo(createHttpServer(listener), timeoutMs)

describe('a request', () => {
  test('carries its method, query, headers and body', async () => {
    const engine = await http(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      const { method, url, headers } = request
      response.end(JSON.stringify({ method, url, body, type: headers['content-type'], own: headers['x-own'] }))
    })
    const query = { name: 'a b', empty: undefined, force: true }
    const asked = { method: 'POST', query, body: { a: 1 }, headers: { 'X-Own': 'yes' } } as const
    expect(await engine.call('/containers/create', asked)).toEqual({
      method: 'POST',
      url: '/containers/create?name=a+b&force=true',
      body: '{"a":1}',
      type: 'application/json',
      own: 'yes',
    })
  })

  test('that is refused says why, in the words of the engine, of a proxy, or none', async () => {
    const bodies = [JSON.stringify({ message: 'no such container' }), '<html>Bad gateway</html>', '']
    const engine = await http((request, response) => {
      response.writeHead(request.url === '/1' ? 502 : 404).end(bodies[Number(request.url?.slice(1))])
    })
    for (const [index, reason] of ['no such container', '<html>Bad gateway</html>', ''].entries()) {
      await expect(engine.text(`/${index}`, {})).rejects.toMatchObject({
        code: 'ENGINE_REQUEST_FAILED',
        status: index === 1 ? 502 : 404,
        details: { reason, path: `/${index}` },
      })
    }
  })
})

describe('an engine', () => {
  test('that is not there can not be reached', async () => {
    const engine = new EngineTransport({ kind: 'socket', path: '/nonexistent/docker.sock', source: 'DOCKER_HOST' })
    await expect(engine.text('/_ping', {})).rejects.toMatchObject({
      code: 'ENGINE_UNREACHABLE',
      details: { address: 'unix:///nonexistent/docker.sock', source: 'DOCKER_HOST', problem: 'ENOENT' },
    })
  })

  test('that answers nothing, or stops in the middle of an answer, has timed out', async () => {
    const silent = await http(() => {}, 50)
    await expect(silent.text('/_ping', {})).rejects.toMatchObject({
      code: 'ENGINE_TIMEOUT',
      details: { timeoutMs: 50 },
    })
    const stalling = await http((_, response) => void response.write('{"half":'), 50)
    await expect(stalling.text('/info', {})).rejects.toMatchObject({ code: 'ENGINE_TIMEOUT' })
  })

  test('that hangs up, or speaks another protocol, can not be reached', async () => {
    const closing = await connectTo(createServer((socket) => socket.destroy()))
    await expect(closing.text('/_ping', {})).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' })
    const foreign = await connectTo(createServer((socket) => socket.end('220 smtp.example.com ESMTP\r\n')))
    await expect(foreign.text('/_ping', {})).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' })
  })
})

describe('a stream', () => {
  test('gives what comes until it ends', async () => {
    const engine = await http((_, response) => {
      response.write('one ')
      setImmediate(() => response.end('two'))
    })
    let text = ''
    for await (const chunk of engine.stream('/logs')) text += chunk
    expect(text).toBe('one two')
  })

  test('that breaks off, or is silent for too long, is an error; one that is aborted ends', async () => {
    const breaking = await http((_, response) => {
      response.writeHead(200, { 'Content-Length': '100' })
      response.write('half')
      setImmediate(() => response.destroy())
    })
    const read = async (engine: EngineTransport, options = {}) => {
      for await (const _ of engine.stream('/events', options));
    }
    await expect(read(breaking)).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' })
    const silent = await http((_, response) => void response.write('x'))
    await expect(read(silent, { idleMs: 50 })).rejects.toMatchObject({ code: 'ENGINE_TIMEOUT' })
    const controller = new AbortController()
    const reading = read(silent, { signal: controller.signal })
    setTimeout(() => controller.abort(), 20)
    await expect(reading).rejects.toThrow()
  })
})

test('a connection is taken over, with what has come already, or refused', async () => {
  const server = createHttpServer((_, response) => response.writeHead(409).end('{"message":"not running"}'))
  server.on('upgrade', (_, socket) => {
    socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nfirst')
    socket.on('data', (chunk: Buffer) => socket.end(`echo ${String(chunk)}`))
  })
  const engine = await connectTo(server)
  const socket = await engine.hijack('/exec/1/start', {})
  socket.end('typed')
  let text = ''
  for await (const chunk of socket) text += chunk
  expect(text).toBe('firstecho typed')

  const refusing = await http((_, response) => response.writeHead(409).end('{"message":"not running"}'))
  await expect(refusing.hijack('/exec/1/start', {})).rejects.toMatchObject({
    code: 'ENGINE_REQUEST_FAILED',
    details: { reason: 'not running' },
  })
})
