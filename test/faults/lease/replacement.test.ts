import { once } from 'node:events'
import { readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { reconcile } from '../../../packages/core/src/lease/cleanup/reconcile.ts'
import { portAt } from '../../machine/port-ranges.ts'
import { LeaseFixture } from './lease-fixture.ts'

const environment = { STANDIN_BOOT_MS: '100' }
let fixture: LeaseFixture

beforeAll(async () => {
  fixture = await LeaseFixture.open()
})

afterAll(() => fixture[Symbol.asyncDispose]())

interface Kept {
  readonly id: string
  readonly port: number
  readonly webPort: number
}

/** A warm container with a table in the namespace that all runs share. */
async function containerWithData(projectPath: string): Promise<Kept> {
  const iris = await fixture.acquire({ projectPath, environment, isolation: 'shared' })
  await iris.connection.sql('CREATE TABLE Kept (Id INT)')
  await iris.connection.sql('INSERT INTO Kept (Id) VALUES (7)')
  const { port, webPort } = iris.connection
  await iris.release()
  return { id: iris.container?.id ?? '', port, webPort }
}

async function expectKept(projectPath: string, { id, port, webPort }: Kept): Promise<void> {
  await using iris = await fixture.acquire({ projectPath, isolation: 'shared' })
  expect(iris.container?.id).toBe(id)
  expect(iris.connection).toMatchObject({ port, webPort })
  expect(await iris.connection.sql('SELECT Id FROM Kept')).toEqual([{ Id: 7 }])
}

describe('a container comes back, with its data and on its ports', () => {
  test.each(['SIGKILL', 'SIGINT', 'exception'] as const)(
    'when the run that replaces it ends by %s half-way',
    async (ending) => {
      const projectPath = fixture.project()
      const before = await containerWithData(projectPath)
      const preferredPort = before.port === portAt(9) ? portAt(8) : portAt(9)
      const die = { phase: 'set-up', ending } as const
      const run = fixture.begin({ projectPath, replace: true, preferredPort, environment, die })
      await run.ended()
      await expectKept(projectPath, before)
      const clean = { containers: 1, leases: 0, ports: 2 }
      expect(await fixture.settle(clean, projectPath)).toEqual(clean)
    },
  )

  test('by the reaper, when no run comes', async () => {
    const projectPath = fixture.project()
    const before = await containerWithData(projectPath)
    const die = { phase: 'set-up', ending: 'SIGKILL' } as const
    const run = fixture.begin({ projectPath, replace: true, memoryMb: 512, environment, die })
    await run.ended()
    await expect
      .poll(async () => (await fixture.engine.inspectContainer(before.id))?.State.Status, { timeout: 30_000 })
      .toBe('running')
    expect((await fixture.registry.read()).containers[before.id]?.set_aside).toBeUndefined()
    await expectKept(projectPath, before)
  })

  test('when the new one does not become ready in time', async () => {
    const projectPath = fixture.project()
    const before = await containerWithData(projectPath)
    const slow = { environment: { STANDIN_BOOT_MS: '60000' }, startupTimeoutMs: 6_000, replace: true }
    await expect(fixture.acquire({ projectPath, ...slow })).rejects.toMatchObject({ code: 'IRIS_START_TIMEOUT' })
    await expectKept(projectPath, before)
    expect(await fixture.holdings(projectPath)).toEqual({ containers: 1, leases: 0, ports: 2 })
  })

  test('when the run that replaces it is interrupted', async () => {
    const projectPath = fixture.project()
    const before = await containerWithData(projectPath)
    const controller = new AbortController()
    const reporter = {
      pulling() {},
      starting(_: string, phase: string) {
        if (phase === 'superserver') controller.abort(new Error('interrupted'))
      },
      ready() {},
      warning() {},
      failed() {},
    }
    const options = { projectPath, memoryMb: 512, replace: true, signal: controller.signal, reporter }
    await expect(fixture.acquire(options)).rejects.toThrow('interrupted')
    await expectKept(projectPath, before)
  })
})

describe('a container that stopped and whose port was taken meanwhile', () => {
  test('stays, and the refusal says what to do; it is replaced only with `replace`', async () => {
    const projectPath = fixture.project()
    const before = await containerWithData(projectPath)
    await fixture.engine.stopContainer(before.id, 1)
    const listener = createServer().listen(before.port, '127.0.0.1')
    await once(listener, 'listening')
    await expect(fixture.acquire({ projectPath })).rejects.toMatchObject({
      code: 'CONTAINER_PORT_TAKEN',
      hint: expect.stringContaining(`ports explain ${before.port}`),
    })
    expect((await fixture.engine.inspectContainer(before.id))?.State.Status).toBe('exited')
    await using other = await fixture.acquire({ projectPath, replace: true })
    expect(other.connection.port).not.toBe(before.port)
    expect(await fixture.engine.inspectContainer(before.id)).toBeUndefined()
    listener.close()
  })
})

describe('a registry that was lost', () => {
  test('takes up the containers that were ready', async () => {
    const projectPath = fixture.project()
    const before = await containerWithData(projectPath)
    for (const name of readdirSync(fixture.home)) {
      if (name !== 'projects') rmSync(join(fixture.home, name), { recursive: true, force: true, maxRetries: 5 })
    }
    expect(await reconcile(fixture.registry, fixture.engine)).toContainEqual(expect.stringMatching(/taken up again/))
    expect((await fixture.engine.inspectContainer(before.id))?.State.Status).toBe('running')
    await expectKept(projectPath, before)
  })
})

describe('a password', () => {
  test('is not changed under a run that logs in with it, and another user is no reason to refuse', async () => {
    const projectPath = fixture.project()
    await using _held = await fixture.acquire({ projectPath, environment })
    await expect(fixture.acquire({ projectPath, password: 'other' })).rejects.toMatchObject({
      code: 'INSTANCE_CONFLICT',
      message: expect.stringContaining('password'),
    })
    await using second = await fixture.acquire({ projectPath, username: 'other', password: 'other' })
    expect((await second.connection.serverInfo()).namespaces).toContain('USER')
  })
})
