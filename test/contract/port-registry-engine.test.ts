import { once } from 'node:events'
import { createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { PortConflictError, PROJECT_LABEL } from '../../packages/core/src/ports/index.ts'
import { portAt } from '../machine/port-ranges.ts'
import { folder, open, registry, useRegistry } from './registry-fixture.ts'
import { TinyContainers } from './tiny-containers.ts'

const FIRST = portAt(0)
const RANGE = [FIRST, FIRST + 3] as const
/** Other workers test on the same engine at the same time. */
const named = (name: string) => `${name}-${process.pid}`

useRegistry({ portRange: RANGE, docker: 'auto' })

let containers: TinyContainers
beforeEach(async () => {
  containers = await TinyContainers.open()
})
afterEach(() => containers[Symbol.asyncDispose]())

describe('ports that containers hold', () => {
  test('a running container, on whichever address, keeps its port, and is named to who asks for it', async () => {
    await containers.create({ name: named('holder'), ports: [FIRST], hostIp: '127.0.0.1' })
    expect((await registry.assignPort('/tmp/project-a')).port).toBe(FIRST + 1)
    const error = await registry
      .assignPort('/tmp/project-b', { preferredPort: FIRST })
      .catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(PortConflictError)
    expect((error as PortConflictError).details).toMatchObject({ conflictingContainer: named('holder') })
    expect((await registry.explain(FIRST)).claims).toMatchObject([
      { kind: 'container', remedy: `docker stop ${named('holder')}` },
    ])
  })

  test('created and stopped containers keep their ports while others are free', async () => {
    await containers.create({ name: named('created'), ports: [FIRST], start: false })
    const stopped = await containers.create({ name: named('stopped'), ports: [FIRST + 1] })
    await containers.client.stopContainer(stopped, 0)
    expect((await registry.assignPort('/tmp/project-a')).port).toBe(FIRST + 2)
    expect((await registry.assignPort('/tmp/project-b')).port).toBe(FIRST + 3)
    expect((await registry.assignPort('/tmp/project-c')).port).toBe(FIRST)
  })

  test("the project's own container never counts as taken", async () => {
    const labels = { [PROJECT_LABEL]: '/tmp/project-a', 'iris-devtester.registry': registry.registryId }
    await containers.create({ ports: [FIRST + 1], labels })
    expect((await registry.assignPort('/tmp/project-a')).port).toBe(FIRST + 1)
    expect((await registry.assignPort('/tmp/project-b')).port).toBe(FIRST)
  })

  test('containers that vanish during the scan are passed over', async () => {
    const doomed = await Promise.all([0, 1, 2, 3, 4, 5].map(() => containers.create({ ports: [FIRST], start: false })))
    const [assignment] = await Promise.all([
      registry.assignPort('/tmp/project-a'),
      ...doomed.map((id) => containers.client.removeContainer(id)),
    ])
    expect(assignment.port).toBeLessThanOrEqual(RANGE[1])
  })
})

describe("ports of another machine's engine", () => {
  const elsewhere = () => open({ env: { ...process.env, IRIS_DEVTESTER_ENGINE_HOST: 'engine.example' } })

  test('are given whoever has them on this machine; what a project binds itself is tried here', async () => {
    const server = createServer().listen(FIRST, '127.0.0.1')
    onTestFinished(() => void server.close())
    await once(server, 'listening')
    const far = elsewhere()
    expect((await far.assignPort('/tmp/project-a')).port).toBe(FIRST)
    expect(await far.assignPort('/tmp/project-a', { preferredPort: FIRST })).toMatchObject({ assignmentType: 'manual' })
    const { claims, unchecked } = await far.explain(FIRST)
    expect(claims.map(({ kind }) => kind)).toEqual(['assignment'])
    expect(unchecked).toContain('engine')

    expect((await registry.assignPort('/tmp/project-b')).port).toBe(FIRST + 1)
    const here = open({
      ranges: { node: [FIRST, FIRST + 3] },
      env: { ...process.env, IRIS_DEVTESTER_ENGINE_HOST: 'x' },
    })
    expect((await here.assignPort('/tmp/project-c', { service: 'node' })).port).toBe(FIRST + 2)
  })

  test('are not given where a container there has them', async () => {
    await containers.create({ name: named('holder'), ports: [FIRST] })
    expect((await elsewhere().assignPort('/tmp/project-a')).port).toBe(FIRST + 1)
  })
})

describe('T009.5 cleanup_stale', () => {
  test('detects a manually removed container', async () => {
    const id = await containers.create({ name: named('iris_a') })
    await registry.assignPort('/tmp/project-a', { containerName: named('iris_a') })
    expect(await registry.cleanupStale()).toEqual([])
    await containers.client.removeContainer(id)
    expect(await registry.cleanupStale()).toMatchObject([{ projectPath: '/tmp/project-a', status: 'stale' }])
    expect(await registry.getAssignment('/tmp/project-a')).toBeUndefined()
  })

  test('preserves exited containers', async () => {
    const id = await containers.create({ name: named('iris_a') })
    await registry.assignPort('/tmp/project-a', { containerName: named('iris_a') })
    await containers.client.stopContainer(id, 0)
    expect((await containers.client.inspectContainer(id))?.State.Status).toBe('exited')
    expect(await registry.cleanupStale()).toEqual([])
    expect(await registry.getAssignment('/tmp/project-a')).toMatchObject({ status: 'active' })
  })

  test('an engine that is away makes nothing stale', async () => {
    const id = await containers.create({ name: named('iris_a') })
    await registry.assignPort('/tmp/project-a', { containerName: named('iris_a') })
    await containers.client.removeContainer(id)
    const away = open({ env: { DOCKER_HOST: `unix://${folder.path}/nobody.sock` } })
    expect(await away.cleanupStale()).toEqual([])
    expect(await registry.getAssignment('/tmp/project-a')).toMatchObject({ status: 'active' })
  })

  test('before a range is exhausted, the port of a removed container is reclaimed', async () => {
    const id = await containers.create({ name: named('iris_a') })
    const { port } = await registry.assignPort('/tmp/project-a', { containerName: named('iris_a') })
    for (const name of ['b', 'c', 'd']) await registry.assignPort(`/tmp/project-${name}`)
    await containers.client.removeContainer(id)
    expect((await registry.assignPort('/tmp/project-e')).port).toBe(port)
  })
})
