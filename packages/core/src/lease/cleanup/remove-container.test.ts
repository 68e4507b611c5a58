import { afterEach, beforeEach, expect, test } from 'vitest'
import { lease } from '../testing/book.ts'
import { RunFixture } from '../testing/run-fixture.ts'
import { endClaimed, forgetContainer, removeContainer } from './remove-container.ts'

let run: RunFixture

beforeEach(async () => {
  run = await RunFixture.open()
})

afterEach(() => run[Symbol.asyncDispose]())

const request = (id = 'c') => ({ engine: run.engine.client, registry: run.registry, id })

test('removes the container, its record and its ports', async () => {
  await run.registry.assignPort(run.folder)
  await run.addContainer()
  expect(await removeContainer(request())).toBe(true)
  expect(run.engine.changes).toEqual(['DELETE /containers/c'])
  expect((await run.registry.read()).containers).toEqual({})
  expect(await run.registry.listAll()).toEqual([])
})

test('does nothing while another live lease is on the container; the own one is no hindrance', async () => {
  await run.addContainer()
  await run.addLease(lease('other', { project_path: run.folder }), 'c')
  expect(await removeContainer(request())).toBe(false)
  expect(run.engine.changes).toEqual([])
  expect((await run.registry.read()).containers.c?.closing).toBeUndefined()
  expect(await removeContainer({ ...request(), except: 'other' })).toBe(true)
})

test('never removes what does not carry the label of the registry, whatever the record says', async () => {
  await run.addContainer({ labels: { 'iris-devtester.registry': '/somebody/else' } })
  expect(await removeContainer(request())).toBe(true)
  expect(run.engine.changes).toEqual([])
  expect((await run.registry.read()).containers).toEqual({})
})

test('takes the claim back when the engine can not do it, so that it can be tried again', async () => {
  await run.addContainer()
  run.engine.answers.set('DELETE ', [500, { message: 'device busy' }])
  await expect(removeContainer(request())).rejects.toMatchObject({ code: 'ENGINE_REQUEST_FAILED' })
  expect((await run.registry.read()).containers.c).toMatchObject({ name: 'iris_0_1972' })
  expect((await run.registry.read()).containers.c?.closing).toBeUndefined()
  run.engine.answers.clear()
  expect(await removeContainer(request())).toBe(true)
})

test('forgets one that is gone, and keeps the ports that another container of the project uses', async () => {
  await run.registry.assignPort(run.folder)
  await run.addContainer()
  await run.addContainer({ id: 'd', name: 'iris_0_1973' })
  await endClaimed(request('d'))
  expect(await run.registry.listAll()).toHaveLength(1)
  await forgetContainer(request())
  expect(await run.registry.listAll()).toEqual([])
})
