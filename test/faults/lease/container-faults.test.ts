import { afterAll, beforeAll, expect, test } from 'vitest'
import { containerName } from '../../../packages/core/src/container/container-identity.ts'
import { type AcquiredIris, endContainer, findProjectContainer } from '../../../packages/core/src/lease/index.ts'
import { portAt } from '../../machine/port-ranges.ts'
import { LeaseFixture } from './lease-fixture.ts'

const environment = { STANDIN_BOOT_MS: '100' }
let fixture: LeaseFixture

beforeAll(async () => {
  fixture = await LeaseFixture.open()
})

afterAll(() => fixture[Symbol.asyncDispose]())

function acquire(projectPath: string, options: Parameters<LeaseFixture['acquire']>[0] = {}): Promise<AcquiredIris> {
  return fixture.acquire({ projectPath, environment, isolation: 'run', ...options })
}

function idOf(iris: AcquiredIris): string {
  return iris.container?.id ?? ''
}

/** A second run on a container that the first one left and that was stopped: it boots again, slowly. */
async function startStopped(projectPath: string): Promise<{ first: AcquiredIris; second: Promise<AcquiredIris> }> {
  const slow = { STANDIN_BOOT_MS: '1500' }
  const first = await acquire(projectPath, { environment: slow })
  await first.release()
  await fixture.engine.stopContainer(idOf(first), 5)
  const second = acquire(projectPath, { environment: slow, keep: 'stop' })
  await expect.poll(async () => (await fixture.engine.inspectContainer(idOf(first)))?.State.Status).toBe('running')
  return { first, second }
}

test('a container removed under a run is replaced for the next one, and the run still ends well', async () => {
  const projectPath = fixture.project()
  const first = await acquire(projectPath)
  await fixture.engine.removeContainer(idOf(first))
  const second = await acquire(projectPath, { keep: 'stop' })
  expect(idOf(second)).not.toBe(idOf(first))
  await first.release()
  expect((await fixture.containers()).map(({ Id }) => Id)).toContain(idOf(second))
  await second.release()
  const none = { containers: 0, leases: 0, ports: 0 }
  expect(await fixture.settle(none, projectPath)).toEqual(none)
})

test('a container removed under a run that then ends gives its ports back', async () => {
  const projectPath = fixture.project()
  const iris = await acquire(projectPath, { keep: 'stop' })
  await fixture.engine.removeContainer(idOf(iris))
  await iris.release()
  expect(await fixture.holdings(projectPath)).toEqual({ containers: 0, leases: 0, ports: 0 })
})

test('a paused container is unpaused and attached to; the release of the run it was paused under does not hang', async () => {
  const projectPath = fixture.project()
  const first = await acquire(projectPath)
  await fixture.engine.text(`/containers/${idOf(first)}/pause`, { method: 'POST' })
  const second = await acquire(projectPath)
  expect([idOf(second), second.container?.start]).toEqual([idOf(first), 'warm'])
  await fixture.engine.text(`/containers/${idOf(first)}/pause`, { method: 'POST' })
  await first.release()
  expect((await fixture.registry.read()).leases.find(({ abandoned }) => abandoned)?.namespaces).toEqual(
    first.namespaces,
  )

  await fixture.engine.unpauseContainer(idOf(first))
  await fixture.settle({ leases: 1 }, projectPath)
  const { namespaces } = await second.connection.serverInfo()
  expect(namespaces).not.toContain(first.namespaces[0])
  expect(namespaces).toContain(second.namespaces[0])
  await second.release()
})

test('a stopped container is started with its data, and its ready mark is for the new boot', async () => {
  const projectPath = fixture.project()
  const first = await acquire(projectPath, { isolation: 'shared' })
  await first.connection.sql('CREATE TABLE Kept (Id INT)')
  await first.connection.sql('INSERT INTO Kept (Id) VALUES (7)')
  await first.release()
  await fixture.engine.stopContainer(idOf(first), 5)
  const second = await acquire(projectPath, { isolation: 'shared', keep: 'stop' })
  expect([idOf(second), second.container?.start]).toEqual([idOf(first), 'cold'])
  expect(await second.connection.sql('SELECT Id FROM Kept')).toEqual([{ Id: 7 }])
  await second.release()
})

test('leftover namespaces of a stopped container are dropped at its next start', async () => {
  const projectPath = fixture.project()
  const first = await acquire(projectPath, { isolation: 'shared' })
  await first.connection.sql('CREATE DATABASE IDT0123ABCDW1')
  await first.release()
  await fixture.engine.stopContainer(idOf(first), 5)
  const second = await acquire(projectPath, { isolation: 'shared', keep: 'stop' })
  expect((await second.connection.serverInfo()).namespaces).not.toContain('IDT0123ABCDW1')
  await second.release()
})

test('a restart keeps the data and the lease, and connections work again after it', async () => {
  const projectPath = fixture.project()
  const iris = await acquire(projectPath, { keep: 'stop' })
  await iris.connection.sql('CREATE TABLE Kept (Id INT)')
  await iris.restart()
  expect(await iris.connection.sql('SELECT Id FROM Kept')).toEqual([])
  expect((await iris.logTail(200)).join('\n')).toMatch(/started InterSystems IRIS/)
  expect(await iris.exec(['Write $namespace,"!"', 'Write !,"second ","line"'])).toBe(
    `${iris.namespaces[0]}!\nsecond line`,
  )
  await expect(iris.exec(['Do ##class(No.Such).Method()'])).rejects.toMatchObject({ code: 'OBJECTSCRIPT_FAILED' })
  for (const namespace of ['A B', 'USER" Halt', '-U']) {
    await expect(iris.exec(['Write 1'], { namespace })).rejects.toMatchObject({ code: 'SETTING_INVALID' })
  }
  const again = await acquire(projectPath)
  expect([idOf(again), again.container?.start]).toEqual([idOf(iris), 'warm'])
  await again.release()
  await iris.release()
})

test('a container that its creator could not record any more is taken over, not doubled', async () => {
  const projectPath = fixture.project()
  const first = await acquire(projectPath)
  await first.release()
  await fixture.registry.update('forget', (draft) => {
    delete draft.containers[idOf(first)]
  })
  const second = await acquire(projectPath, { keep: 'stop' })
  expect(idOf(second)).toBe(idOf(first))
  await second.release()
})

test('a registry that is cleared under a run does no harm to it', async () => {
  const projectPath = fixture.project()
  const first = await acquire(projectPath)
  await fixture.registry.update('clear', (draft) => {
    draft.leases = draft.leases.filter((lease) => lease.project_path !== projectPath)
    delete draft.containers[idOf(first)]
  })
  const second = await acquire(projectPath)
  expect(idOf(second)).toBe(idOf(first))
  await first.release()
  expect(await second.connection.sql('SELECT 1 AS one')).toEqual([{ one: 1 }])
  await second.release()
})

test('a foreign container with the same name is left alone and named in the error', async () => {
  const projectPath = fixture.project()
  const name = containerName({ projectPath, registryId: fixture.registry.registryId, port: portAt(9) })
  const { Id } = await fixture.engine.call<{ Id: string }>('/containers/create', {
    method: 'POST',
    query: { name },
    body: { Image: fixture.image },
  })
  try {
    await expect(acquire(projectPath, { preferredPort: portAt(9) })).rejects.toMatchObject({
      code: 'CONTAINER_NAME_TAKEN',
      message: expect.stringContaining(name),
    })
    expect(await fixture.holdings(projectPath)).toEqual({ containers: 0, leases: 0, ports: 0 })
    expect((await fixture.engine.inspectContainer(Id))?.State.Status).toBe('created')
  } finally {
    await fixture.engine.removeContainer(Id)
  }
})

test('a container that is removed under the run that starts it is reported as gone, and nothing is left', async () => {
  const projectPath = fixture.project()
  const run = fixture.begin({ projectPath, environment: { STANDIN_BOOT_MS: '60000' } })
  const outcome = run.report('acquired').catch((error: Error) => error)
  await fixture.settle({ containers: 1, ports: 2 }, projectPath)
  const access = { engine: fixture.engine, registry: fixture.registry }
  const container = await findProjectContainer(access, projectPath)
  if (!container) throw new Error('There is no container.')
  await expect(endContainer(access, container, { force: true })).resolves.toBeUndefined()
  expect(String(await outcome)).toContain('CONTAINER_GONE')
  const none = { containers: 0, leases: 0, ports: 0 }
  expect(await fixture.settle(none, projectPath)).toEqual(none)
})

test('a stopped container that is removed while it starts is replaced', async () => {
  const projectPath = fixture.project()
  const { first, second } = await startStopped(projectPath)
  await fixture.engine.removeContainer(idOf(first))
  const iris = await second
  expect([idOf(iris) === idOf(first), iris.container?.start]).toEqual([false, 'cold'])
  expect(await iris.connection.sql('SELECT 1 AS one')).toEqual([{ one: 1 }])
  await iris.release()
  expect(await fixture.holdings(projectPath)).toEqual({ containers: 0, leases: 0, ports: 0 })
})

test('a container that is started once more under the run that waits for it is waited for again', async () => {
  const projectPath = fixture.project()
  const { first, second } = await startStopped(projectPath)
  await fixture.engine.restartContainer(idOf(first), 0)
  const iris = await second
  expect([idOf(iris), iris.container?.start]).toEqual([idOf(first), 'cold'])
  const { ready_boot } = (await fixture.registry.read()).containers[idOf(iris)] ?? {}
  expect(ready_boot).toBe((await fixture.engine.inspectContainer(idOf(iris)))?.State.StartedAt)
  await iris.release()
})
