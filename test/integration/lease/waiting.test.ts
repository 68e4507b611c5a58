import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { LeaseFixture } from '../../faults/lease/lease-fixture.ts'
import { STAND_IN_TAG } from '../../stand-in/build.ts'

const quick = { STANDIN_BOOT_MS: '100' }
const slow = { STANDIN_BOOT_MS: '60000' }
const none = { containers: 0, leases: 0, ports: 0 }
let world: LeaseFixture

beforeAll(async () => {
  world = await LeaseFixture.open()
})

afterAll(() => world[Symbol.asyncDispose]())

test('a run that waits too long for another run names that run in the error', async () => {
  const projectPath = world.project()
  const first = world.begin({ projectPath, environment: slow })
  await world.settle({ containers: 1 }, projectPath)
  const phases: string[] = []
  const reporter = {
    pulling() {},
    starting: (_name: string, phase: string) => phases.push(phase),
    ready() {},
    failed: () => phases.push('failed'),
    warning() {},
  }
  const error = world.acquire({ projectPath, environment: slow, startupTimeoutMs: 500, reporter })
  await expect(error).rejects.toMatchObject({
    code: 'CONTAINER_WAIT_TIMEOUT',
    message: expect.stringContaining(`(pid ${first.child.pid}, since `),
    hint: expect.stringContaining('npx @iris-devtester/cli ports inspect'),
  })
  expect([...new Set(phases)]).toEqual(['waiting', 'failed'])
  expect(await world.holdings(projectPath)).toEqual({ containers: 1, leases: 1, ports: 2 })
})

test('a run that waits for one that dies finishes what that one began', async () => {
  const projectPath = world.project()
  const since = Math.floor(Date.now() / 1_000)
  const environment = { STANDIN_BOOT_MS: '3000' }
  const first = world.begin({ projectPath, environment })
  const own = async () =>
    (await world.containers()).find(({ Labels }) => Labels['iris-devtester.project'] === projectPath)
  // One that was created but never started can't be used any more.
  await expect.poll(async () => (await own())?.State, { timeout: 30_000 }).toBe('running')
  const created = await own()
  const second = world.acquire({ projectPath, environment, keep: 'stop' })
  await world.settle({ leases: 2 }, projectPath)
  first.child.kill('SIGKILL')
  await using iris = await second
  expect(iris.container).toMatchObject({ id: created?.Id, start: 'cold' })
  expect(await world.created(since)).toBe(1)
})

test('a waiting run can be aborted without affecting the run it waits for', async () => {
  const projectPath = world.project()
  const first = world.begin({ projectPath, environment: { STANDIN_BOOT_MS: '2000' }, keep: 'stop' })
  await world.settle({ containers: 1 }, projectPath)
  const controller = new AbortController()
  const second = world.acquire({
    projectPath,
    environment: { STANDIN_BOOT_MS: '2000' },
    signal: controller.signal,
  })
  await world.settle({ leases: 2 }, projectPath)
  const reason = new Error('the user pressed q')
  controller.abort(reason)
  await expect(second).rejects.toBe(reason)
  expect((await first.report('acquired')).start).toBe('cold')
  first.release()
  await first.report('released')
  expect(await world.settle(none, projectPath)).toEqual(none)
})

test('a container that another process is removing is waited for, then replaced', async () => {
  const projectPath = world.project()
  const first = await world.acquire({ projectPath, environment: quick, keep: 'stop' })
  // Both at once: the release claims the container's end, and the acquire comes upon that.
  const [, second] = await Promise.all([
    first.release(),
    sleep(5).then(() => world.acquire({ projectPath, environment: quick, keep: 'stop' })),
  ])
  expect(await second.connection.sql('SELECT 1 AS one')).toEqual([{ one: 1 }])
  await second.release()
  expect(await world.settle(none, projectPath)).toEqual(none)
})

test('an IRIS without a web server gets its namespaces by a session inside', async () => {
  const projectPath = world.project()
  const environment = { ...quick, STANDIN_WEB_PORT: '52999' }
  const first = await world.acquire({ projectPath, environment, image: STAND_IN_TAG, workers: 2 })
  expect(first.connection.webPort).toBe(0)
  for (const namespace of first.namespaces) {
    expect(await first.exec(['Write "<",$namespace,">"'], { namespace })).toContain(`<${namespace}>`)
  }
  await first.release()

  const warm = await world.acquire({ projectPath, environment, image: STAND_IN_TAG, isolation: 'run', keep: 'stop' })
  expect(warm.container).toMatchObject({ id: first.container?.id, start: 'warm' })
  expect(warm.connection.webPort).toBe(0)
  expect(await warm.exec(['Write "<",$namespace,">"'])).toContain(`<${warm.namespaces[0]}>`)
  const [dropped = ''] = first.namespaces
  await expect(warm.exec(['Write $namespace'], { namespace: dropped })).rejects.toThrow(dropped)
  await warm.release()
  expect(await world.settle(none, projectPath)).toEqual(none)
})
