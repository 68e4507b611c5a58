import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { LABELS } from '../../../packages/core/src/container/container-identity.ts'
import { reconcile } from '../../../packages/core/src/lease/cleanup/reconcile.ts'
import { EngineProxy } from '../../machine/engine-proxy.ts'
import { LeaseFixture } from './lease-fixture.ts'

const environment = { STANDIN_BOOT_MS: '100' }
const none = { containers: 0, leases: 0, ports: 0 }

function startReaper(fixture: LeaseFixture): ChildProcess {
  const program = fileURLToPath(new URL('../../../packages/core/src/lease/cleanup/reaper-main.ts', import.meta.url))
  return spawn(process.execPath, [program, fixture.registry.registryPath], { env: fixture.env, stdio: 'ignore' })
}

/** The reaper as soon as one has the slot. */
async function reaperOf(fixture: LeaseFixture): Promise<number> {
  for (;;) {
    const pid = await fixture.reaper()
    if (pid !== undefined) return pid
    await sleep(50)
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('the reaper outlives its run and the whole process group, cleans up after it, and ends', async () => {
  await using fixture = await LeaseFixture.open()
  const run = fixture.begin({ projectPath: fixture.project(), environment, keep: 'stop' })
  await run.report('acquired')
  const reaper = await reaperOf(fixture)
  // A terminal's Ctrl-C and a closed terminal reach every process of the group.
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.kill(reaper, signal)
  await run.end()
  expect(await fixture.settle(none)).toEqual(none)
  while (isAlive(reaper)) await sleep(50)
  expect((await fixture.registry.read()).reaper).toBeUndefined()
  const log = readFileSync(join(fixture.home, 'reaper.log'), 'utf8')
  expect(log).toContain(`(pid ${run.child.pid}) in `)
  expect(log).toContain('nothing left to watch')
})

test('a second reaper ends at once, and so does one of a registry without anything to watch', async () => {
  await using fixture = await LeaseFixture.open()
  await once(startReaper(fixture), 'exit')
  expect(existsSync(fixture.registry.registryPath)).toBe(false)

  const iris = await fixture.acquire({ projectPath: fixture.project(), environment, keep: 'stop' })
  const first = await reaperOf(fixture)
  const [code] = await once(startReaper(fixture), 'exit')
  expect(code).toBe(0)
  expect(await fixture.reaper()).toBe(first)
  await iris.release()
})

test('of many runs that begin at once, one reaper is left', async () => {
  await using fixture = await LeaseFixture.open()
  const iris = await fixture.acquire({ projectPath: fixture.project(), environment, keep: 'stop' })
  await reaperOf(fixture)
  const others = Array.from({ length: 4 }, () => startReaper(fixture))
  await Promise.all(others.map((one) => once(one, 'exit')))
  expect(isAlive(await reaperOf(fixture))).toBe(true)
  await iris.release()
})

test('the reaper of a registry whose folder is deleted ends', async () => {
  await using fixture = await LeaseFixture.open()
  const iris = await fixture.acquire({ projectPath: fixture.project(), environment, keep: 'warm' })
  const reaper = await reaperOf(fixture)
  await iris.release()
  rmSync(fixture.home, { recursive: true, force: true, maxRetries: 5 })
  while (isAlive(reaper)) await sleep(50)
  expect(existsSync(fixture.home)).toBe(false)
})

test('containers that are not of this registry survive, whatever they are called', async () => {
  await using fixture = await LeaseFixture.open()
  const projectPath = fixture.project()
  const labels = (registry: string) => ({
    [LABELS.project]: projectPath,
    [LABELS.registry]: registry,
    [LABELS.owner]: 'lease',
  })
  const foreign = [
    await create(fixture, `iris_01234567_${process.pid}`, {}),
    await create(fixture, `iris_89abcdef_${process.pid}`, labels(`${fixture.home}-other`)),
  ]
  const unknown = await create(fixture, `iris_fedcba98_${process.pid}`, labels(fixture.home))
  try {
    const other = fixture.begin({ projectPath: fixture.project(), environment, keep: 'warm', idleTimeoutMs: 4_000 })
    await other.report('acquired')
    await other.end()
    expect(await fixture.settle(none)).toEqual(none)
    expect(await fixture.engine.inspectContainer(unknown)).toBeUndefined()
    for (const id of foreign) expect(await fixture.engine.inspectContainer(id)).toBeDefined()
  } finally {
    for (const id of [...foreign, unknown]) await fixture.engine.removeContainer(id)
  }
})

test('the built reaper cleans up as the one in the sources does, with the little it is given', async () => {
  await using fixture = await LeaseFixture.open({ IRIS_DEVTESTER_REAPER: '0' })
  const program = fileURLToPath(new URL('../../../packages/core/dist/reaper.js', import.meta.url))
  const run = fixture.begin({ projectPath: fixture.project(), environment, keep: 'warm', idleTimeoutMs: 500 })
  await run.report('acquired')
  const args = ['--jitless', '--v8-pool-size=0', '--max-semi-space-size=1', program, fixture.registry.registryPath]
  const reaper = spawn(process.execPath, args, { env: fixture.env, stdio: 'ignore' })
  const exit = once(reaper, 'exit')
  await run.end()
  expect(await fixture.settle(none)).toEqual(none)
  expect(await exit).toEqual([0, null])
})

test('a reaper whose engine never answers gives up, says so, and leaves what is left to the next run', async () => {
  await using fixture = await LeaseFixture.open({ IRIS_DEVTESTER_REAPER: '0', IRIS_DEVTESTER_REAPER_TICK_MS: '1' })
  await using proxy = await EngineProxy.start({ engine: fixture.engine.endpoint })
  const run = fixture.begin(
    { projectPath: fixture.project(), environment, keep: 'stop' },
    { DOCKER_HOST: proxy.address },
  )
  await run.report('acquired')
  await run.end()
  await proxy.leave()
  const [code] = await once(startReaper(fixture), 'exit')
  expect(code).toBe(0)
  expect((await fixture.registry.read()).reaper).toBeUndefined()
  const log = readFileSync(join(fixture.home, 'reaper.log'), 'utf8')
  expect(log).toMatch(/container [0-9a-f]{12}: /)
  expect(log).toContain('what is left can not be cleaned up now; the next run tries again')
  expect(await fixture.holdings()).toMatchObject({ containers: 1, ports: 2 })

  await proxy.comeBack()
  const next = fixture.begin(
    { projectPath: fixture.project(), environment, keep: 'stop' },
    { DOCKER_HOST: proxy.address },
  )
  await next.report('acquired')
  next.release()
  await next.report('released')
  expect(await fixture.holdings()).toEqual(none)
})

test('a reaper that can not read its registry any more gives up', async () => {
  await using fixture = await LeaseFixture.open({ IRIS_DEVTESTER_REAPER: '0', IRIS_DEVTESTER_REAPER_TICK_MS: '1' })
  const run = fixture.begin({ projectPath: fixture.project(), environment, keep: 'warm' })
  await run.report('acquired')
  const exit = once(startReaper(fixture), 'exit')
  await reaperOf(fixture)
  run.release()
  await run.ended()
  renameSync(fixture.home, `${fixture.home}-moved`)
  writeFileSync(fixture.home, '')
  const [code] = await exit
  rmSync(fixture.home)
  renameSync(`${fixture.home}-moved`, fixture.home)
  expect(code).toBe(0)
  expect(await fixture.holdings()).toMatchObject({ containers: 1, leases: 0, ports: 2 })
})

test('containers that are gone are forgotten, and unknown ones are removed', async () => {
  await using fixture = await LeaseFixture.open()
  const iris = await fixture.acquire({ projectPath: fixture.project(), environment, keep: 'warm' })
  await iris.release()
  await fixture.engine.removeContainer(iris.container?.id ?? '')
  expect(await reconcile(fixture.registry, fixture.engine)).toEqual([
    `container ${iris.container?.name} is gone, forgotten`,
  ])
  expect(await fixture.holdings()).toEqual(none)

  const name = `iris_fedcba98_${process.pid}`
  const labels = { [LABELS.project]: fixture.project(), [LABELS.registry]: fixture.home, [LABELS.owner]: 'lease' }
  await create(fixture, name, labels)
  expect(await reconcile(fixture.registry, fixture.engine)).toEqual([`unknown container ${name} removed`])
  expect(await fixture.holdings()).toEqual(none)
})

test('the next run cleans up on a machine that lost its reaper', async () => {
  await using fixture = await LeaseFixture.open({ IRIS_DEVTESTER_REAPER: '0' })
  const dead = fixture.begin({ projectPath: fixture.project(), environment, keep: 'stop' })
  await dead.report('acquired')
  await dead.end()
  expect(await fixture.holdings()).toEqual({ containers: 1, leases: 1, ports: 2 })
  const next = fixture.begin({ projectPath: fixture.project(), environment, keep: 'stop' })
  await next.report('acquired')
  expect(await fixture.holdings()).toEqual({ containers: 1, leases: 1, ports: 2 })
  next.release()
  await next.report('released')
  expect(await fixture.holdings()).toEqual(none)
})

async function create(fixture: LeaseFixture, name: string, Labels: Record<string, string>): Promise<string> {
  const { Id } = await fixture.engine.call<{ Id: string }>('/containers/create', {
    method: 'POST',
    query: { name },
    body: { Image: fixture.image, Labels },
  })
  return Id
}
