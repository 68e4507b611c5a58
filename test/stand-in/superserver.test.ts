import { afterAll, beforeAll, expect, test } from 'vitest'
import { StandInProcess } from './testing/stand-in-process.ts'
import {
  CARETDEV_HANDSHAKE,
  connectAs,
  connectRequest,
  disconnectRequest,
  OFFICIAL_HANDSHAKE,
  WireClient,
} from './testing/wire-client.ts'

let iris: StandInProcess
beforeAll(async () => {
  iris = await StandInProcess.start()
})
afterAll(() => iris[Symbol.asyncDispose]())

test('answers the official driver: version 67, Unicode, the locale, and its own sequence back', async () => {
  const client = await WireClient.open(iris.superserver)
  client.send(OFFICIAL_HANDSHAKE)
  const reply = await client.reply()
  client.close()
  expect(reply?.sequence).toBe(1)
  expect(reply?.status).toBe(0)
  expect(reply?.payload.toString('hex')).toBe(`430001000801${Buffer.from('latin1').toString('hex')}`)
})

test('answers the caretdev driver, whose first sequence is 0', async () => {
  const client = await WireClient.open(iris.superserver)
  client.send(CARETDEV_HANDSHAKE)
  const reply = await client.reply()
  client.close()
  expect(reply?.sequence).toBe(0)
  expect(reply?.payload.readUInt16LE(0)).toBeGreaterThanOrEqual(61)
})

test('takes a handshake that comes byte by byte', async () => {
  const client = await WireClient.open(iris.superserver)
  for (const byte of OFFICIAL_HANDSHAKE) {
    client.send(Buffer.from([byte]))
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  expect((await client.reply())?.status).toBe(0)
  client.close()
})

test('lets the right credentials in, and gives seven items: texts first and fifth', async () => {
  const { client, status, payload } = await connectAs(iris.superserver, '_SYSTEM', 'SYS')
  client.close()
  expect(status).toBe(0)
  const kinds: number[] = []
  for (let at = 0; at < payload.length; at += payload.readUInt8(at)) kinds.push(payload.readUInt8(at + 1))
  expect(kinds).toEqual([1, 4, 4, 4, 1, 4, 4])
})

test.each([
  ['a wrong password', '_SYSTEM', 'wrong', 'USER'],
  ['nobody', 'Nobody', 'SYS', 'USER'],
  ['a password that must be changed', 'SuperUser', 'SYS', 'USER'],
  ['an unknown namespace', '_SYSTEM', 'SYS', 'NOPE'],
])('refuses %s with 417 and one text', async (_, user, password, namespace) => {
  const { client, status, payload } = await connectAs(iris.superserver, user, password, namespace)
  expect(status).toBe(417)
  expect(payload[0]).toBe(payload.length)
  expect(await client.reply()).toBeUndefined()
})

test('ends a connection on DC without a reply', async () => {
  const { client } = await connectAs(iris.superserver, '_SYSTEM', 'SYS')
  client.send(disconnectRequest())
  expect(await client.reply()).toBeUndefined()
})

test.each([
  ['an HTTP request', 'GET /api/atelier/ HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['garbage', Buffer.alloc(4096, 0xfe)],
  ['a connect before the handshake', connectRequest('USER', '_SYSTEM', 'SYS')],
  ['an empty handshake', Buffer.from('000000000100000000000000' + '4853', 'hex')],
])('closes on %s and goes on for others', async (_, bytes) => {
  const client = await WireClient.open(iris.superserver)
  client.send(bytes)
  expect(await client.reply()).toBeUndefined()
  const { client: other, status } = await connectAs(iris.superserver, '_SYSTEM', 'SYS')
  other.close()
  expect(status).toBe(0)
})

test('a connect whose items run past the end is refused', async () => {
  const client = await WireClient.open(iris.superserver)
  client.send(OFFICIAL_HANDSHAKE)
  await client.reply()
  client.send(Buffer.from(`03000000020000000000000043 4e ff0155`.replaceAll(' ', ''), 'hex'))
  expect((await client.reply())?.status).toBe(417)
})
