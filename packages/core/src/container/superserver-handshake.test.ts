import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { probeSuperserver } from './superserver-handshake.ts'

let server: Server | undefined
const sockets = new Set<Socket>()
afterEach(() => {
  for (const socket of sockets) socket.destroy()
  server?.close()
})

async function listen(create: Server): Promise<number> {
  server = create.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

const answering = (answer: Buffer, end = false) =>
  createServer((socket) => {
    socket.once('data', () => (end ? socket.end(answer) : socket.write(answer)))
  })

/** Payload length 12, sequence 1, status 0; version 67, Unicode, locale. */
const ACCEPTED = Buffer.from('0c000000010000000000000000004300010008016c6174696e31', 'hex')

test('a superserver that echoes the sequence', async () => {
  expect(await probeSuperserver('127.0.0.1', await listen(answering(ACCEPTED)))).toBe('superserver')
})

test('it sends the bytes of the official driver, and no credentials', async () => {
  let sent = ''
  const port = await listen(
    createServer((socket) => {
      socket.once('data', (chunk) => {
        sent = chunk.toString('hex')
        socket.write(ACCEPTED)
      })
    }),
  )
  await probeSuperserver('127.0.0.1', port)
  expect(sent).toBe('02000000010000000000000048534300')
})

test('a superserver whose answer comes in pieces', async () => {
  const port = await listen(
    createServer((socket) => {
      socket.once('data', () => {
        socket.write(ACCEPTED.subarray(0, 5))
        setTimeout(() => socket.write(ACCEPTED.subarray(5)), 10)
      })
    }),
  )
  expect(await probeSuperserver('127.0.0.1', port)).toBe('superserver')
})

test('a web server is foreign', async () => {
  expect(await probeSuperserver('127.0.0.1', await listen(createHttpServer()))).toBe('foreign')
})

test.each([
  ['another sequence', '0c00000002000000000000000000'],
  ['a status', '0c00000001000000000000000100'.replace(/0100$/, 'a101')],
  ['no payload', '0000000001000000000000000000'],
  ['an endless payload', 'ffffff7f01000000000000000000'],
])('an answer with %s is foreign', async (_, bytes) => {
  expect(await probeSuperserver('127.0.0.1', await listen(answering(Buffer.from(bytes, 'hex'))))).toBe('foreign')
})

test('a short answer and an end is foreign', async () => {
  expect(await probeSuperserver('127.0.0.1', await listen(answering(Buffer.from('220 hi'), true)))).toBe('foreign')
})

test("a proxy that accepts and closes, as Docker's does before its container listens, is closed", async () => {
  expect(await probeSuperserver('127.0.0.1', await listen(createServer((socket) => socket.end())))).toBe('closed')
  server?.close()
  expect(await probeSuperserver('127.0.0.1', await listen(createServer((socket) => socket.resetAndDestroy())))).toBe(
    'closed',
  )
})

test('a port that nobody listens on is closed', async () => {
  const port = await listen(createServer())
  server?.close()
  await once(server as Server, 'close')
  expect(await probeSuperserver('127.0.0.1', port)).toBe('closed')
})

test('a port that never answers is silent, after the time-out or when aborted', async () => {
  const port = await listen(createServer())
  expect(await probeSuperserver('127.0.0.1', port, { timeoutMs: 30 })).toBe('silent')
  const over = new AbortController()
  const outcome = probeSuperserver('127.0.0.1', port, { timeoutMs: 600_000, signal: over.signal })
  over.abort()
  expect(await outcome).toBe('silent')
})
