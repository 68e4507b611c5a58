import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { changeContainer } from '../../../packages/core/src/lease/book/lease-book.ts'
import { reconcile } from '../../../packages/core/src/lease/cleanup/reconcile.ts'
import {
  type ContainerAccess,
  endContainer,
  findProjectContainer,
  findPrunable,
  holdRunning,
  listProjectContainers,
  type ProjectContainer,
  prune,
  restartContainer,
} from '../../../packages/core/src/lease/index.ts'
import { PortRegistry } from '../../../packages/core/src/ports/port-registry.ts'
import { currentProcess } from '../../../packages/core/src/process/process-identity.ts'
import { IRISContainer } from '../../../packages/testcontainers/src/iris-container.ts'
import { LeaseFixture } from '../../faults/lease/lease-fixture.ts'

const environment = { STANDIN_BOOT_MS: '100' }
const none = { containers: 0, leases: 0, ports: 0 }
let world: LeaseFixture
let access: ContainerAccess

beforeAll(async () => {
  world = await LeaseFixture.open()
  access = { engine: world.engine, registry: world.registry }
})

afterAll(() => world[Symbol.asyncDispose]())

/** A project with a warm container that nobody holds. */
async function warmProject(image = world.image): Promise<{ projectPath: string; container: ProjectContainer }> {
  const projectPath = world.project()
  await (await world.acquire({ projectPath, environment, image })).release()
  return { projectPath, container: await containerOf(projectPath) }
}

async function containerOf(projectPath: string): Promise<ProjectContainer> {
  const found = await findProjectContainer(access, projectPath)
  if (!found) throw new Error(`${projectPath} has no container.`)
  return found
}

async function reasonFor(projectPath: string): Promise<string | undefined> {
  return (await findPrunable(access)).find(({ container }) => container.projectPath === projectPath)?.reason
}

describe('pruning', () => {
  test('names a reason for each container that can go, and ends only those that still can', async () => {
    const idle = await warmProject()
    const orphaned = await warmProject()
    rmSync(orphaned.projectPath, { recursive: true })
    expect(await reasonFor(idle.projectPath)).toBe('idle')
    expect(await reasonFor(orphaned.projectPath)).toBe('orphaned')

    const candidates = await findPrunable(access)
    const held = await world.acquire({ projectPath: idle.projectPath, environment, keep: 'stop' })
    expect(await reasonFor(idle.projectPath)).toBeUndefined()
    const ended = await prune(access, candidates)
    expect(ended.map(({ container }) => container.projectPath)).toEqual([orphaned.projectPath])
    expect(await world.holdings(orphaned.projectPath)).toEqual(none)
    expect(await held.connection.sql('SELECT 1 AS one')).toEqual([{ one: 1 }])
    await held.release()
  })

  test('knows when an image was replaced by a newer one under the same name', async () => {
    const repo = `iris-devtester-test/tagged-${randomBytes(4).toString('hex')}`
    const image = `${repo}:latest`
    const tag = () =>
      world.engine.text(`/images/${world.image}/tag`, { method: 'POST', query: { repo, tag: 'latest' } })
    await tag()
    try {
      const { projectPath, container } = await warmProject(image)
      expect(await reasonFor(projectPath)).toBe('idle')
      await world.engine.text('/commit', {
        method: 'POST',
        body: {},
        query: { container: container.id, repo, tag: 'latest' },
      })
      expect(await reasonFor(projectPath)).toBe('outdated')
      // The engine lists it by the image's id from now on; it still is what was asked for.
      // Podman names the registry too.
      expect((await containerOf(projectPath)).image).toMatch(new RegExp(`(^|/)${image}$`))
      await prune(access, await findPrunable(access))
      expect(await world.holdings(projectPath)).toEqual(none)
    } finally {
      await world.engine.text(`/images/${image}`, { method: 'DELETE', query: { force: true } })
    }
  })

  test('leaves out a project that is being started', async () => {
    const { projectPath } = await warmProject()
    const changed = { ...environment, STANDIN_BOOT_MS: '60000' }
    const controller = new AbortController()
    const starting = world.acquire({ projectPath, environment: changed, replace: true, signal: controller.signal })
    await expect.poll(() => reasonFor(projectPath), { timeout: 30_000 }).toBeUndefined()
    controller.abort(new Error('enough'))
    await expect(starting).rejects.toThrow('enough')
    expect(await reasonFor(projectPath)).toBe('idle')
  })

  test('forgets a container that is gone already, and gives its ports back', async () => {
    const { projectPath, container } = await warmProject()
    await world.engine.removeContainer(container.id)
    const listed = (await listProjectContainers(access)).find((one) => one.projectPath === projectPath)
    expect(listed).toMatchObject({ id: container.id, state: 'gone', name: container.name })
    expect(await findProjectContainer(access, projectPath)).toBeUndefined()
    expect(await reasonFor(projectPath)).toBe('orphaned')
    await prune(access, await findPrunable(access))
    expect(await world.holdings(projectPath)).toEqual(none)
  })
})

describe('ending', () => {
  test('is refused while a run holds the container, unless it is forced', async () => {
    const projectPath = world.project()
    const iris = await world.acquire({ projectPath, environment, runner: 'jest' })
    const container = await containerOf(projectPath)
    await expect(endContainer(access, container)).rejects.toMatchObject({
      code: 'CONTAINER_BUSY',
      message: expect.stringContaining(`in use by jest (pid ${process.pid}, since `),
      hint: expect.stringContaining(`down --force --project ${projectPath}`),
    })
    await endContainer(access, container, { force: true })
    expect(await world.holdings(projectPath)).toEqual(none)
    await iris.release()
  })

  test('is refused for a container that a test has made for itself, unless it is forced', async () => {
    const projectPath = world.project()
    const started = await new IRISContainer(world.image)
      .withEnvironment(environment)
      .withPortRegistry(world.registry)
      .withProjectPath(projectPath)
      .start()
    const container = await containerOf(projectPath)
    expect(container).toMatchObject({ owner: 'container', id: started.getId(), keep: undefined, runs: [] })
    expect(await reasonFor(projectPath)).toBeUndefined()
    await expect(endContainer(access, container)).rejects.toMatchObject({
      code: 'CONTAINER_BUSY',
      message: expect.stringContaining('in use by a test that made it for itself'),
    })
    await endContainer(access, container, { force: true })
    expect(await world.holdings(projectPath)).toEqual(none)
    await started.stop()
  })
})

describe('holding a container that runs', () => {
  test('keeps it from being ended meanwhile, and makes it idle afterwards', async () => {
    const { projectPath, container } = await warmProject()
    const { containers } = await world.registry.read()
    const idleSince = containers[container.id]?.idle_since
    await holdRunning(access, container, 'session', async () => {
      await expect(endContainer(access, container)).rejects.toThrow(`session (pid ${process.pid}`)
      expect((await containerOf(projectPath)).idleSince).toBeUndefined()
    })
    const after = (await containerOf(projectPath)).idleSince ?? ''
    expect(Date.parse(after)).toBeGreaterThan(Date.parse(idleSince ?? ''))
    await endContainer(access, container)
  })

  test('leaves a run that came meanwhile its container', async () => {
    const { projectPath, container } = await warmProject()
    const run = await holdRunning(access, container, 'session', () => world.acquire({ projectPath, environment }))
    expect(await containerOf(projectPath)).toMatchObject({
      idleSince: undefined,
      runs: [{ project_path: projectPath }],
    })
    await run.release()
    await endContainer(access, container)
  })

  test('is refused once another process is ending it', async () => {
    const { container } = await warmProject()
    await world.registry.update('end', (draft) => {
      changeContainer(draft, container.id, { closing: currentProcess() })
    })
    await expect(holdRunning(access, container, 'session', async () => 'held')).rejects.toMatchObject({
      code: 'CONTAINER_BUSY',
      message: expect.stringContaining(`${container.name} is being ended`),
    })
    await endContainer(access, container)
  })
})

describe('restarting', () => {
  const credentials = { namespace: 'USER', username: 'test', password: 'test' }

  test('waits for the new boot, which later runs attach to', async () => {
    const { projectPath, container } = await warmProject()
    const phases: string[] = []
    await restartContainer(access, container, {
      credentials,
      timeoutMs: 60_000,
      onPhase: (phase) => phases.push(phase),
    })
    expect(phases).toEqual(['boot', 'superserver', 'login'])
    await using iris = await world.acquire({ projectPath, environment, keep: 'stop' })
    expect(iris.container).toMatchObject({ id: container.id, start: 'warm' })
  })

  test('with a boot that does not become ready leaves the container, and no hold on it', async () => {
    const { projectPath, container } = await warmProject()
    const wrong = { ...credentials, namespace: 'NOWHERE' }
    await expect(restartContainer(access, container, { credentials: wrong, timeoutMs: 60_000 })).rejects.toMatchObject({
      code: 'IRIS_MERGE_IGNORED',
    })
    expect(await world.holdings(projectPath)).toEqual({ containers: 1, leases: 0, ports: 2 })
    await endContainer(access, container)
  })
})

describe('a registry of another file name', () => {
  test('finds, prunes and cleans up its own containers, and never those of its neighbours', async () => {
    const folders = [world.home, join(world.home, 'elsewhere')]
    const registries = [
      join(world.home, 'custom-name.json'),
      join(world.home, 'other.name.json'),
      join(folders[1] as string, 'port-registry.json'),
    ].map((registryPath) => new PortRegistry({ registryPath, onWarning: () => {} }))
    const acquired = []
    for (const registry of registries) {
      const projectPath = world.project()
      acquired.push(await world.acquire({ projectPath, environment, registry }))
    }
    try {
      for (const [index, registry] of registries.entries()) {
        const { id = '', name } = acquired[index]?.container ?? {}
        const own = { engine: world.engine, registry }
        const listed = await listProjectContainers(own)
        expect(listed).toMatchObject([{ id, name, state: 'running', runs: [{ runner: 'script' }] }])
        expect(listed[0]?.port).toBeGreaterThan(0)
        expect((await findProjectContainer(own, acquired[index]?.projectPath ?? ''))?.id).toBe(id)
        expect(await reconcile(registry, world.engine)).toEqual([])
      }
      await acquired[0]?.release()
      const first = { engine: world.engine, registry: registries[0] as PortRegistry }
      expect(await prune(first, await findPrunable(first))).toHaveLength(1)
      for (const one of acquired.slice(1)) {
        expect((await world.engine.inspectContainer(one.container?.id ?? ''))?.State.Status).toBe('running')
      }
    } finally {
      for (const [index, one] of acquired.entries()) {
        await one.release()
        const own = { engine: world.engine, registry: registries[index] as PortRegistry }
        await prune(own, await findPrunable(own))
        const { reaper } = await own.registry.read()
        if (reaper) process.kill(reaper.pid, 'SIGKILL')
      }
    }
  })
})
