import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { EngineClient } from '../engine/engine-client.ts'
import { logIn } from './log-in.ts'

let server: Server | undefined

afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

interface Scene {
  /** The statuses that the web server answers with, one after another; the last one goes on. */
  readonly statuses: readonly number[]
  readonly namespaces?: readonly string[]
  readonly namespace?: string
}

/** Logs in to a web server that answers as the scene says; gives the outcome and how often it was asked. */
async function logInTo({ statuses, namespaces = ['USER'], namespace = 'USER' }: Scene) {
  let asked = 0
  server = createServer((_, response) => {
    const status = statuses[Math.min(asked++, statuses.length - 1)] as number
    const content = { version: 'IRIS', id: '1', api: 8, features: [], namespaces }
    const body = { status: { errors: [], summary: '' }, console: [], result: { content } }
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(status === 200 ? JSON.stringify(body) : '{}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const webPort = (server.address() as AddressInfo).port
  const request = {
    engine: new EngineClient({ kind: 'socket', path: '/nonexistent/docker.sock', source: 'a test' }),
    id: 'c',
    name: 'iris_0_1972',
    image: 'iris:1',
    since: 0,
    timeoutMs: 5_000,
    afterHook: false,
    connection: { host: '127.0.0.1', port: 1972, webPort, namespace, username: 'test', password: 'wr0ng' },
  }
  const outcome = await logIn(request, true, AbortSignal.timeout(10_000)).then(
    async (connection) => {
      await connection.close()
      return 'logged in'
    },
    (error) => error,
  )
  return { outcome, asked: () => asked }
}

test('one login that is accepted is enough', async () => {
  expect((await logInTo({ statuses: [200] })).outcome).toBe('logged in')
  expect((await logInTo({ statuses: [200], namespaces: ['SHOP'], namespace: 'shop' })).outcome).toBe('logged in')
})

test('a web server that has only just come up may say for a moment that it can not', async () => {
  expect((await logInTo({ statuses: [503, 503, 200] })).outcome).toBe('logged in')
})

test('a refused password is never tried twice, as IRIS would lock the user out', async () => {
  const { outcome, asked } = await logInTo({ statuses: [401, 200] })
  expect(outcome).toMatchObject({
    code: 'IRIS_PASSWORD_REFUSED',
    details: { container: 'iris_0_1972', username: 'test' },
  })
  expect(asked()).toBe(1)
  expect(String(outcome.message)).not.toContain('wr0ng')
})

test('a password that has to be changed means that the merge file was ignored', async () => {
  const { outcome, asked } = await logInTo({ statuses: [403] })
  expect(outcome).toMatchObject({ code: 'IRIS_MERGE_IGNORED' })
  expect(asked()).toBe(1)
})

test('a namespace that is missing means the same', async () => {
  const { outcome } = await logInTo({ statuses: [200], namespaces: ['USER', '%SYS'], namespace: 'SHOP' })
  expect(outcome).toMatchObject({ code: 'IRIS_MERGE_IGNORED', message: expect.stringContaining('SHOP') })
})

test('a web server that keeps refusing makes IRIS unusable, with the reason', async () => {
  const { outcome } = await logInTo({ statuses: [503] })
  expect(outcome).toMatchObject({
    code: 'IRIS_LICENSE_UNITS_EXHAUSTED',
    message: expect.stringContaining('iris_0_1972'),
  })
})
