import { mkdtempSync, rmSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { engineProblem } from './engine-ping.mjs'

let socket: string
let folder: string
const servers: { close(): unknown }[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'engine-ping-'))
  socket = join(folder, 'docker.sock')
})
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
  rmSync(folder, { recursive: true })
})

const listen = (server: Server, where: string | number) =>
  new Promise<Server>((resolve) => {
    servers.push(server)
    server.listen(where, () => resolve(server))
  })

test('an engine that answers is no problem', async () => {
  await listen(
    createHttpServer((request, response) => response.writeHead(request.url === '/_ping' ? 200 : 404).end('OK')),
    socket,
  )

  expect(await engineProblem(`unix://${socket}`)).toBeUndefined()
})

test('something else behind the socket', async () => {
  await listen(
    createHttpServer((_, response) => response.writeHead(404).end()),
    socket,
  )

  expect(await engineProblem(`unix://${socket}`)).toBe('not an engine')
})

test('an engine that hangs', async () => {
  await listen(
    createServer(() => {}),
    socket,
  )

  expect(await engineProblem(`unix://${socket}`, 50)).toBe('no answer')
})

test('nothing there, and unusable addresses', async () => {
  expect(await engineProblem(`unix://${socket}`)).toBe('no such socket')
  expect(await engineProblem('ssh://me@far')).toBe("ssh:// can't be used here")
  expect(await engineProblem('docker')).toBe('no address')
})

test('a TCP address', async () => {
  const server = await listen(createServer(), 0)
  const { port } = server.address() as AddressInfo

  expect(await engineProblem(`tcp://127.0.0.1:${port}`)).toBeUndefined()
  server.close()
  expect(await engineProblem(`tcp://127.0.0.1:${port}`)).toBe('nobody listens')
})
