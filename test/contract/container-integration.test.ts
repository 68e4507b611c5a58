import { afterEach, beforeEach, expect, test } from 'vitest'
import { IrisContainerError } from '../../packages/core/src/container/container-error.ts'
import { probeSuperserver } from '../../packages/core/src/container/superserver-handshake.ts'
import { PortConflictError, PortExhaustedError } from '../../packages/core/src/ports/index.ts'
import { portAt } from '../machine/port-ranges.ts'
import { quickContainer, rejection, TestHome } from '../machine/test-home.ts'

// Named after the seeds' contract tests T011 to T017 and integration tests T028 to T032; T010 is in default-port.test.ts.

let home: TestHome
beforeEach(async () => {
  home = await TestHome.create()
})
afterEach(() => home[Symbol.asyncDispose]())

test('T011: auto-assignment with a registry', async () => {
  const container = await home.container('a')
  await using started = await container.start()
  const port = started.getAssignedPort()
  expect(port).toBeGreaterThanOrEqual(portAt(0))
  expect(port).toBeLessThanOrEqual(portAt(9))
  expect(container.getAssignedPort()).toBe(port)
  expect(started.getConnectionOptions()).toMatchObject({ host: '127.0.0.1', port, ns: 'USER' })
  expect(await home.registry.getAssignment(await home.project('a'))).toMatchObject({
    port,
    assignmentType: 'auto',
    status: 'active',
    containerName: started.getName().replace('/', ''),
  })
  expect(started.getName()).toMatch(new RegExp(`^/iris_[0-9a-f]{8}_${port}$`))
})

test('T012: the project path is detected from the working directory', async () => {
  const folder = await home.project('here')
  const before = process.cwd()
  process.chdir(folder)
  try {
    const container = quickContainer().withPortRegistry(home.registry)
    expect(container.getProjectPath()).toBe(folder)
    await using started = await container.start()
    expect(started.getProjectPath()).toBe(folder)
    expect(await home.registry.getAssignment(folder)).toMatchObject({ port: started.getAssignedPort() })
  } finally {
    process.chdir(before)
  }
})

test('T013: manual port preference', async () => {
  const container = (await home.container('a')).withPreferredPort(portAt(6))
  expect(container.getAssignedPort()).toBe(portAt(6))
  await using started = await container.start()
  expect(started.getAssignedPort()).toBe(portAt(6))
  expect(await home.registry.getAssignment(await home.project('a'))).toMatchObject({
    port: portAt(6),
    assignmentType: 'manual',
  })
})

test('T014: a port conflict is an error, and leaves the owner alone', async () => {
  await using owner = await (await home.container('a')).withPreferredPort(portAt(3)).start()
  const error = await rejection<PortConflictError>((await home.container('b')).withPreferredPort(portAt(3)).start())
  expect(error).toBeInstanceOf(PortConflictError)
  expect(error.message).toContain(await home.project('a'))
  expect(error.suggestions.length).toBeGreaterThanOrEqual(3)
  expect(await owner.connection.sql('SELECT 1 AS one')).toEqual([{ one: 1 }])
  expect((await home.leftovers()).containers).toEqual([owner.getName()])
  expect(await home.registry.getAssignment(await home.project('b'))).toBeUndefined()
})

test('T015: stop() releases the port and removes the container', async () => {
  const started = await (await home.container('a')).start()
  expect((await home.leftovers()).assignments).toHaveLength(2)
  await started.stop()
  expect(await home.leftovers()).toEqual({ containers: [], assignments: [] })
  expect(await probeSuperserver('127.0.0.1', started.getAssignedPort())).toBe('closed')
})

test('T016: several containers have unique ports', async () => {
  const starts = ['a', 'b', 'c'].map(async (name) => (await home.container(name)).start())
  const started = await Promise.all(starts)
  expect(new Set(started.map((one) => one.getAssignedPort())).size).toBe(3)
  expect(new Set(started.map((one) => one.getWebPort())).size).toBe(3)
  await Promise.all(started.map((one) => one.stop()))
})

test('T017: start is idempotent for the same project', async () => {
  const container = await home.container('a')
  const [one, other] = await Promise.all([container.start(), container.start()])
  expect(other).toBe(one)
  expect(await container.start()).toBe(one)
  expect((await home.containers()).length).toBe(1)

  const second = await home.container('a')
  const error = await rejection<IrisContainerError>(second.start())
  expect(error).toBeInstanceOf(IrisContainerError)
  expect(error.code).toBe('CONTAINER_NAME_TAKEN')
  expect(await home.registry.getAssignment(await home.project('a'))).toMatchObject({ port: one.getAssignedPort() })

  await one.stop()
  await using again = await second.start()
  expect(again.getAssignedPort()).toBe(one.getAssignedPort())
})

test('T028: two projects run in parallel, isolated from each other', async () => {
  const [a, b] = await Promise.all([(await home.container('a')).start(), (await home.container('b')).start()])
  expect(a.getAssignedPort()).not.toBe(b.getAssignedPort())
  await Promise.all(
    [a, b].map(async ({ connection }, index) => {
      await connection.sql('CREATE TABLE Whose (name VARCHAR(10))')
      await connection.sql('INSERT INTO Whose (name) VALUES (?)', [`project ${index}`])
    }),
  )
  expect(await a.connection.sql('SELECT name FROM Whose')).toEqual([{ name: 'project 0' }])
  expect(await b.connection.sql('SELECT name FROM Whose')).toEqual([{ name: 'project 1' }])
  await Promise.all([a.stop(), b.stop()])
})

test('T029: a port survives three stop and start cycles', async () => {
  await home.registry.assignPort(await home.project('first'))
  const container = await home.container('a')
  const ports: number[] = []
  for (let cycle = 0; cycle < 3; cycle++) {
    await using started = await container.start()
    ports.push(started.getAssignedPort())
  }
  expect(ports[0]).not.toBe(portAt(0))
  expect(new Set(ports).size).toBe(1)
})

test('T029: a freed port can be used by another project', async () => {
  const first = await (await home.container('a')).withPreferredPort(portAt(5)).start()
  await first.stop()
  await using second = await (await home.container('b')).withPreferredPort(portAt(5)).start()
  expect(second.getAssignedPort()).toBe(portAt(5))
})

test('T030: the eleventh container is refused because the range is exhausted, with what to do', async () => {
  const names = Array.from({ length: 10 }, (_, index) => `p${index}`)
  const start = async (name: string) => (await home.container(name)).start()
  const started = await Promise.all(names.map(start))
  expect(started.map((one) => one.getAssignedPort()).sort()).toEqual(names.map((_, index) => portAt(index)))
  const error = await rejection<PortExhaustedError>(start('eleventh'))
  expect(error).toBeInstanceOf(PortExhaustedError)
  for (const name of names) expect(error.message).toContain(await home.project(name))
  expect(error.message).toMatch(/npx @iris-devtester\/cli ports (release|cleanup|clear)/)
  expect(await home.registry.getAssignment(await home.project('eleventh'))).toBeUndefined()
  expect((await home.containers()).length).toBe(10)

  await started[3]?.stop()
  await using late = await start('eleventh')
  expect(late.getAssignedPort()).toBe(started[3]?.getAssignedPort())
})

test('T031: an assignment whose container was removed by hand is stale, and its port free again', async () => {
  const started = await (await home.container('a')).start()
  const port = started.getAssignedPort()
  expect(await home.registry.cleanupStale()).toEqual([])
  await home.engine.removeContainer(started.getId())
  const cleaned = await home.registry.cleanupStale()
  expect(cleaned.map((one) => [one.projectPath, one.status])).toContainEqual([await home.project('a'), 'stale'])
  expect(cleaned.map((one) => one.port)).toContain(port)
  await using second = await (await home.container('b')).withPreferredPort(port).start()
  expect(second.getAssignedPort()).toBe(port)
  await started.stop()
  expect(await home.registry.getAssignment(await home.project('b'))).toMatchObject({ port, status: 'active' })
})

test('T032: a manual port replaces the automatic one, and keeps others off', async () => {
  await using first = await (await home.container('a')).start()
  expect(first.getAssignedPort()).not.toBe(portAt(8))
  await first.stop()
  await using moved = await (await home.container('a')).withPreferredPort(portAt(8)).start()
  expect(moved.getAssignedPort()).toBe(portAt(8))
  await using other = await (await home.container('b')).start()
  expect(other.getAssignedPort()).not.toBe(portAt(8))
  const error = await rejection<PortConflictError>((await home.container('c')).withPreferredPort(portAt(8)).start())
  expect(error.toJSON()).toMatchObject({ success: false, error: 'PORT_IN_USE', details: { port: portAt(8) } })
  const outside = await rejection<Error>((await home.container('c')).withPreferredPort(70_000).start())
  expect(outside.message).toContain('70000')
  expect(await home.registry.getAssignment(await home.project('c'))).toBeUndefined()
})
