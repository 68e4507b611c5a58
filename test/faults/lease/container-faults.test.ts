import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AcquiredIris } from '../../../packages/core/src/lease/index.ts'
import { LeaseWorld } from './lease-world.ts'

const environment = { STANDIN_BOOT_MS: '100' }
let world: LeaseWorld

beforeAll(async () => {
  world = await LeaseWorld.open()
})

afterAll(() => world[Symbol.asyncDispose]())

function acquire(projectPath: string, options: Parameters<LeaseWorld['acquire']>[0] = {}): Promise<AcquiredIris> {
  return world.acquire({ projectPath, environment, isolation: 'run', ...options })
}

function idOf(iris: AcquiredIris): string {
  return iris.container?.id ?? ''
}

test('a container removed under a run is replaced for the next one, and the run still ends well', async () => {
  const projectPath = world.project()
  const first = await acquire(projectPath)
  await world.engine.removeContainer(idOf(first))
  const second = await acquire(projectPath, { keep: 'stop' })
  expect(idOf(second)).not.toBe(idOf(first))
  await first.release()
  expect((await world.containers()).map(({ Id }) => Id)).toContain(idOf(second))
  await second.release()
  const none = { containers: 0, leases: 0, ports: 0 }
  expect(await world.settle(none, projectPath)).toEqual(none)
})

test('a container removed under a run that then ends gives its ports back', async () => {
  const projectPath = world.project()
  const iris = await acquire(projectPath, { keep: 'stop' })
  await world.engine.removeContainer(idOf(iris))
  await iris.release()
  expect(await world.holdings(projectPath)).toEqual({ containers: 0, leases: 0, ports: 0 })
})

test('a paused container is unpaused and attached to; the release of the run it was paused under does not hang', async () => {
  const projectPath = world.project()
  const first = await acquire(projectPath)
  await world.engine.text(`/containers/${idOf(first)}/pause`, { method: 'POST' })
  const second = await acquire(projectPath)
  expect([idOf(second), second.container?.start]).toEqual([idOf(first), 'warm'])
  await world.engine.text(`/containers/${idOf(first)}/pause`, { method: 'POST' })
  await first.release()
  expect((await world.registry.read()).leases.find(({ abandoned }) => abandoned)?.namespaces).toEqual(first.namespaces)

  await world.engine.unpauseContainer(idOf(first))
  await world.settle({ leases: 1 }, projectPath)
  const { namespaces } = await second.connection.serverInfo()
  expect(namespaces).not.toContain(first.namespaces[0])
  expect(namespaces).toContain(second.namespaces[0])
  await second.release()
})

test('a stopped container is started with its data, and its ready mark is for the new boot', async () => {
  const projectPath = world.project()
  const first = await acquire(projectPath, { isolation: 'shared' })
  await first.connection.sql('CREATE TABLE Kept (Id INT)')
  await first.connection.sql('INSERT INTO Kept (Id) VALUES (7)')
  await first.release()
  await world.engine.stopContainer(idOf(first), 5)
  const second = await acquire(projectPath, { isolation: 'shared', keep: 'stop' })
  expect([idOf(second), second.container?.start]).toEqual([idOf(first), 'cold'])
  expect(await second.connection.sql('SELECT Id FROM Kept')).toEqual([{ Id: 7 }])
  await second.release()
})

test('namespaces that nobody dropped before a container stopped are dropped at its next start', async () => {
  const projectPath = world.project()
  const first = await acquire(projectPath, { isolation: 'shared' })
  await first.connection.sql('CREATE DATABASE IDT0123ABCDW1')
  await first.release()
  await world.engine.stopContainer(idOf(first), 5)
  const second = await acquire(projectPath, { isolation: 'shared', keep: 'stop' })
  expect((await second.connection.serverInfo()).namespaces).not.toContain('IDT0123ABCDW1')
  await second.release()
})

test('a restart keeps the data and the lease, and connections work again after it', async () => {
  const projectPath = world.project()
  const iris = await acquire(projectPath, { keep: 'stop' })
  await iris.connection.sql('CREATE TABLE Kept (Id INT)')
  await iris.restart()
  expect(await iris.connection.sql('SELECT Id FROM Kept')).toEqual([])
  expect((await iris.logTail(200)).join('\n')).toMatch(/started InterSystems IRIS/)
  expect(await iris.exec(['Write $namespace,"!"'])).toContain(`${iris.namespaces[0]}!`)
  await expect(iris.exec(['Do ##class(No.Such).Method()'])).rejects.toMatchObject({ code: 'OBJECTSCRIPT_FAILED' })
  const again = await acquire(projectPath)
  expect([idOf(again), again.container?.start]).toEqual([idOf(iris), 'warm'])
  await again.release()
  await iris.release()
})

test('a container that its maker could not record any more is taken over, not doubled', async () => {
  const projectPath = world.project()
  const first = await acquire(projectPath)
  await first.release()
  await world.registry.update('forget', (draft) => {
    delete draft.containers[idOf(first)]
  })
  const second = await acquire(projectPath, { keep: 'stop' })
  expect(idOf(second)).toBe(idOf(first))
  await second.release()
})

test('a registry that is cleared under a run does no harm to it', async () => {
  const projectPath = world.project()
  const first = await acquire(projectPath)
  await world.registry.update('clear', (draft) => {
    draft.leases = draft.leases.filter((lease) => lease.project_path !== projectPath)
    delete draft.containers[idOf(first)]
  })
  const second = await acquire(projectPath)
  expect(idOf(second)).toBe(idOf(first))
  await first.release()
  expect(await second.connection.sql('SELECT 1 AS one')).toEqual([{ one: 1 }])
  await second.release()
})
