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
import { LeaseWorld } from './lease-world.ts'

const environment = { STANDIN_BOOT_MS: '100' }
const none = { containers: 0, leases: 0, ports: 0 }

function startReaper(world: LeaseWorld): ChildProcess {
  const program = fileURLToPath(new URL('../../../packages/core/src/lease/cleanup/reaper-main.ts', import.meta.url))
  return spawn(process.execPath, [program, world.registry.registryPath], { env: world.env, stdio: 'ignore' })
}

/** The reaper as soon as one has the slot. */
async function reaperOf(world: LeaseWorld): Promise<number> {
  for (;;) {
    const pid = await world.reaper()
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
  await using world = await LeaseWorld.open()
  const run = world.begin({ projectPath: world.project(), environment, keep: 'stop' })
  await run.report('acquired')
  const reaper = await reaperOf(world)
  // A terminal's Ctrl-C and a closed terminal reach every process of the group.
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.kill(reaper, signal)
  await run.end()
  expect(await world.settle(none)).toEqual(none)
  while (isAlive(reaper)) await sleep(50)
  expect((await world.registry.read()).reaper).toBeUndefined()
  const log = readFileSync(join(world.home, 'reaper.log'), 'utf8')
  expect(log).toContain(`(pid ${run.child.pid}) in `)
  expect(log).toContain('nothing left to watch')
})

test('a second reaper steps back, and one of a registry without anything to watch ends at once', async () => {
  await using world = await LeaseWorld.open()
  await once(startReaper(world), 'exit')
  expect(existsSync(world.registry.registryPath)).toBe(false)

  const iris = await world.acquire({ projectPath: world.project(), environment, keep: 'stop' })
  const first = await reaperOf(world)
  const [code] = await once(startReaper(world), 'exit')
  expect(code).toBe(0)
  expect(await world.reaper()).toBe(first)
  await iris.release()
})

test('of many runs that begin at once, one reaper is left', async () => {
  await using world = await LeaseWorld.open()
  const iris = await world.acquire({ projectPath: world.project(), environment, keep: 'stop' })
  await reaperOf(world)
  const others = Array.from({ length: 4 }, () => startReaper(world))
  await Promise.all(others.map((one) => once(one, 'exit')))
  expect(isAlive(await reaperOf(world))).toBe(true)
  await iris.release()
})

test('the reaper of a registry whose folder is deleted ends', async () => {
  await using world = await LeaseWorld.open()
  const iris = await world.acquire({ projectPath: world.project(), environment, keep: 'warm' })
  const reaper = await reaperOf(world)
  await iris.release()
  rmSync(world.home, { recursive: true, force: true })
  while (isAlive(reaper)) await sleep(50)
  expect(existsSync(world.home)).toBe(false)
})

test('containers that are not of this registry survive, whatever they are called', async () => {
  await using world = await LeaseWorld.open()
  const projectPath = world.project()
  const labels = (registry: string) => ({
    [LABELS.project]: projectPath,
    [LABELS.registry]: registry,
    [LABELS.owner]: 'lease',
  })
  const foreign = [
    await create(world, `iris_01234567_${process.pid}`, {}),
    await create(world, `iris_89abcdef_${process.pid}`, labels(`${world.home}-other`)),
  ]
  const unknown = await create(world, `iris_fedcba98_${process.pid}`, labels(world.home))
  try {
    const other = world.begin({ projectPath: world.project(), environment, keep: 'warm', idleTimeoutMs: 4_000 })
    await other.report('acquired')
    await other.end()
    expect(await world.settle(none)).toEqual(none)
    expect(await world.engine.inspectContainer(unknown)).toBeUndefined()
    for (const id of foreign) expect(await world.engine.inspectContainer(id)).toBeDefined()
  } finally {
    for (const id of [...foreign, unknown]) await world.engine.removeContainer(id)
  }
})

test('the built reaper cleans up as the one in the sources does, with the little it is given', async () => {
  await using world = await LeaseWorld.open({ IRIS_DEVTESTER_REAPER: '0' })
  const program = fileURLToPath(new URL('../../../packages/core/dist/reaper.js', import.meta.url))
  const run = world.begin({ projectPath: world.project(), environment, keep: 'warm', idleTimeoutMs: 500 })
  await run.report('acquired')
  const args = ['--jitless', '--v8-pool-size=0', '--max-semi-space-size=1', program, world.registry.registryPath]
  const reaper = spawn(process.execPath, args, { env: world.env, stdio: 'ignore' })
  const exit = once(reaper, 'exit')
  await run.end()
  expect(await world.settle(none)).toEqual(none)
  expect(await exit).toEqual([0, null])
})

test('a reaper whose engine never answers gives up, says so, and leaves what is left to the next run', async () => {
  await using world = await LeaseWorld.open({ IRIS_DEVTESTER_REAPER: '0', IRIS_DEVTESTER_REAPER_TICK_MS: '1' })
  await using proxy = await EngineProxy.start({ engine: world.engine.endpoint })
  const run = world.begin({ projectPath: world.project(), environment, keep: 'stop' }, { DOCKER_HOST: proxy.address })
  await run.report('acquired')
  await run.end()
  await proxy.leave()
  const [code] = await once(startReaper(world), 'exit')
  expect(code).toBe(0)
  expect((await world.registry.read()).reaper).toBeUndefined()
  const log = readFileSync(join(world.home, 'reaper.log'), 'utf8')
  expect(log).toMatch(/container [0-9a-f]{12}: /)
  expect(log).toContain('what is left can not be cleaned up now; the next run tries again')
  expect(await world.holdings()).toMatchObject({ containers: 1, ports: 2 })

  await proxy.comeBack()
  const next = world.begin({ projectPath: world.project(), environment, keep: 'stop' }, { DOCKER_HOST: proxy.address })
  await next.report('acquired')
  next.release()
  await next.report('released')
  expect(await world.holdings()).toEqual(none)
})

test('a reaper that can not read its registry any more gives up', async () => {
  await using world = await LeaseWorld.open({ IRIS_DEVTESTER_REAPER: '0', IRIS_DEVTESTER_REAPER_TICK_MS: '1' })
  const run = world.begin({ projectPath: world.project(), environment, keep: 'warm' })
  await run.report('acquired')
  const exit = once(startReaper(world), 'exit')
  await reaperOf(world)
  run.release()
  await run.ended()
  renameSync(world.home, `${world.home}-moved`)
  writeFileSync(world.home, '')
  const [code] = await exit
  rmSync(world.home)
  renameSync(`${world.home}-moved`, world.home)
  expect(code).toBe(0)
  expect(await world.holdings()).toMatchObject({ containers: 1, leases: 0, ports: 2 })
})

test('containers that are gone are forgotten, and unknown ones are removed', async () => {
  await using world = await LeaseWorld.open()
  const iris = await world.acquire({ projectPath: world.project(), environment, keep: 'warm' })
  await iris.release()
  await world.engine.removeContainer(iris.container?.id ?? '')
  expect(await reconcile(world.registry, world.engine)).toEqual([
    `container ${iris.container?.name} is gone, forgotten`,
  ])
  expect(await world.holdings()).toEqual(none)

  const name = `iris_fedcba98_${process.pid}`
  const labels = { [LABELS.project]: world.project(), [LABELS.registry]: world.home, [LABELS.owner]: 'lease' }
  await create(world, name, labels)
  expect(await reconcile(world.registry, world.engine)).toEqual([`unknown container ${name} removed`])
  expect(await world.holdings()).toEqual(none)
})

test('the next run cleans up on a machine that lost its reaper', async () => {
  await using world = await LeaseWorld.open({ IRIS_DEVTESTER_REAPER: '0' })
  const dead = world.begin({ projectPath: world.project(), environment, keep: 'stop' })
  await dead.report('acquired')
  await dead.end()
  expect(await world.holdings()).toEqual({ containers: 1, leases: 1, ports: 2 })
  const next = world.begin({ projectPath: world.project(), environment, keep: 'stop' })
  await next.report('acquired')
  expect(await world.holdings()).toEqual({ containers: 1, leases: 1, ports: 2 })
  next.release()
  await next.report('released')
  expect(await world.holdings()).toEqual(none)
})

async function create(world: LeaseWorld, name: string, Labels: Record<string, string>): Promise<string> {
  const { Id } = await world.engine.call<{ Id: string }>('/containers/create', {
    method: 'POST',
    query: { name },
    body: { Image: world.image, Labels },
  })
  return Id
}
