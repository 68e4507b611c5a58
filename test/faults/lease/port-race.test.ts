import { createServer, type Server } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import type { StartReporter } from '../../../packages/core/src/lease/index.ts'
import { portAt } from '../../machine/port-ranges.ts'
import { LeaseFixture } from './lease-fixture.ts'

const environment = { STANDIN_BOOT_MS: '100' }
const servers: Server[] = []

afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve))
})

/** Takes the port a container is about to get, right after it was assigned and before the engine binds it. */
function thief(taken: number[]): StartReporter {
  return {
    pulling() {},
    starting(name, phase) {
      const port = Number(/_(\d+)$/.exec(name)?.[1])
      if (phase !== 'boot' || servers.length > 0 || Number.isNaN(port)) return
      servers.push(createServer((socket) => socket.destroy()).listen(port, '127.0.0.1'))
      taken.push(port)
    },
    ready() {},
    warning() {},
    failed() {},
  }
}

test('a port that another program takes between assignment and start is exchanged for the next', async () => {
  await using fixture = await LeaseFixture.open()
  const taken: number[] = []
  const iris = await fixture.acquire({
    projectPath: fixture.project(),
    environment,
    keep: 'stop',
    reporter: thief(taken),
  })
  expect(taken).toHaveLength(1)
  expect(iris.connection.port).not.toBe(taken[0])
  expect(await iris.connection.sql('SELECT 1 AS one')).toEqual([{ one: 1 }])
  expect(await fixture.holdings()).toEqual({ containers: 1, leases: 1, ports: 2 })
  await iris.release()
  expect(await fixture.holdings()).toEqual({ containers: 0, leases: 0, ports: 0 })
})

test('a port that was asked for and is taken at the last moment is a conflict that leaves nothing', async () => {
  await using fixture = await LeaseFixture.open()
  const taken: number[] = []
  const preferredPort = portAt(7)
  await expect(
    fixture.acquire({ projectPath: fixture.project(), environment, preferredPort, reporter: thief(taken) }),
  ).rejects.toMatchObject({ name: 'PortConflictError' })
  expect(taken).toEqual([preferredPort])
  expect(await fixture.holdings()).toEqual({ containers: 0, leases: 0, ports: 0 })
})

test('a stopped container whose port was taken meanwhile is replaced by one on another port with `replace`', async () => {
  await using fixture = await LeaseFixture.open()
  const projectPath = fixture.project()
  const first = await fixture.acquire({ projectPath, environment })
  await first.release()
  await fixture.engine.stopContainer(first.container?.id ?? '', 5)
  servers.push(createServer((socket) => socket.destroy()).listen(first.connection.port, '127.0.0.1'))
  const second = await fixture.acquire({ projectPath, environment, keep: 'stop', replace: true })
  expect(second.container?.id).not.toBe(first.container?.id)
  expect(second.connection.port).not.toBe(first.connection.port)
  await second.release()
  expect(await fixture.holdings()).toEqual({ containers: 0, leases: 0, ports: 0 })
})

test('a stopped container on a port that was asked for and is taken meanwhile is a conflict', async () => {
  await using fixture = await LeaseFixture.open()
  const projectPath = fixture.project()
  const preferredPort = portAt(8)
  const first = await fixture.acquire({ projectPath, environment, preferredPort })
  await first.release()
  await fixture.engine.stopContainer(first.container?.id ?? '', 5)
  servers.push(createServer((socket) => socket.destroy()).listen(preferredPort, '127.0.0.1'))
  await expect(fixture.acquire({ projectPath, environment, preferredPort })).rejects.toMatchObject({
    code: 'CONTAINER_PORT_TAKEN',
  })
  await expect(fixture.acquire({ projectPath, environment, preferredPort, replace: true })).rejects.toMatchObject({
    name: 'PortConflictError',
    message: expect.stringContaining(String(preferredPort)),
  })
  expect((await fixture.holdings()).leases).toBe(0)
})
