import { afterEach, beforeEach, expect, test } from 'vitest'
import { ALIVE, DEAD } from '../testing/book.ts'
import { RunFixture } from '../testing/run-fixture.ts'
import { decideNext, viewProject } from './project-view.ts'

let run: RunFixture

beforeEach(async () => {
  run = await RunFixture.open()
})

afterEach(() => run[Symbol.asyncDispose]())

test('finds the recorded container without a list', async () => {
  await run.addContainer()
  const view = await viewProject(run.context())
  expect(view).toMatchObject({ found: { Id: 'c' }, wasReady: true })
  expect(run.engine.asked).toEqual(['GET /containers/c/json'])
  expect(decideNext(run.context(), view).kind).toBe('attach')
})

test('forgets a recorded container that is gone, with its ports', async () => {
  await run.registry.assignPort(run.folder)
  await run.addContainer()
  run.engine.containers.length = 0
  expect((await viewProject(run.context())).found).toBeUndefined()
  expect((await run.registry.read()).containers).toEqual({})
  expect(await run.registry.listAll()).toEqual([])
})

test('finds an unrecorded container by its labels, but none of other projects or registries', async () => {
  await run.addContainer({ id: 'other', labels: { 'iris-devtester.project': '/other' } }, false)
  await run.addContainer({ id: 'foreign', labels: { 'iris-devtester.registry': '/other' } }, false)
  await run.addContainer({ id: 'test', labels: { 'iris-devtester.owner': 'container' } }, false)
  expect((await viewProject(run.context())).found).toBeUndefined()
  await run.addContainer({}, false)
  // It carries no settings, so it never was ready.
  expect(await viewProject(run.context())).toMatchObject({ found: { Id: 'c' }, wasReady: false })
})

test('leaves a container on another engine alone', async () => {
  await run.addContainer({}, { engine: 'tcp://10.0.0.1:2375' })
  run.engine.containers.length = 0
  expect((await viewProject(run.context())).found).toBeUndefined()
  expect(Object.keys((await run.registry.read()).containers)).toEqual(['c'])
})

test('does not see what a live process has set aside, and brings back what a dead one has', async () => {
  const set_aside = { by: ALIVE, was_running: true, assignments: [] }
  await run.addContainer({ name: 'iris_0_1972_abc', status: 'exited' }, { name: 'iris_0_1972', set_aside })
  expect((await viewProject(run.context())).found).toBeUndefined()
  expect(run.engine.changes).toEqual([])
  await run.registry.update('test', (draft) => {
    draft.containers.c = { ...(draft.containers.c as object), set_aside: { ...set_aside, by: DEAD } } as never
  })
  expect((await viewProject(run.context())).found).toMatchObject({ Name: '/iris_0_1972', State: { Status: 'running' } })
  expect(run.engine.changes).toEqual(['POST /containers/c/rename', 'POST /containers/c/start'])
})
