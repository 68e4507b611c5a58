import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { lease } from '../testing/book.ts'
import { RunFixture } from '../testing/run-fixture.ts'
import { releaseHold } from './release-hold.ts'

let run: RunFixture
const tidy = vi.fn(async () => {})

beforeEach(async () => {
  run = await RunFixture.open()
  tidy.mockReset()
})

afterEach(() => run[Symbol.asyncDispose]())

/** A run that holds the container. */
async function hold(options = {}) {
  const context = run.context(options)
  await run.addLease(context.lease, 'c')
  return context
}

test('a warm container stays, idle from now on, after the run has tidied up', async () => {
  await run.addContainer()
  await releaseHold(await hold(), 'c', tidy)
  expect(tidy).toHaveBeenCalledTimes(1)
  const { leases, containers } = await run.registry.read()
  expect(leases).toEqual([])
  expect(containers.c?.idle_since).toBeDefined()
  expect(run.engine.changes).toEqual([])
})

test('one that is not to be kept goes with its last run, and nothing has to be tidied up in it', async () => {
  await run.addContainer()
  await releaseHold(await hold({ keep: 'stop' }), 'c', tidy)
  expect(tidy).not.toHaveBeenCalled()
  expect(run.engine.changes).toEqual(['DELETE /containers/c'])
  expect((await run.registry.read()).containers).toEqual({})
})

test('one that another run holds stays, even if this one would not keep it', async () => {
  await run.addContainer()
  await run.addLease(lease('other', { project_path: run.folder }), 'c')
  await releaseHold(await hold({ keep: 'stop' }), 'c', tidy)
  expect(tidy).toHaveBeenCalledTimes(1)
  expect(run.engine.changes).toEqual([])
  expect((await run.registry.read()).leases.map(({ id }) => id)).toEqual(['other'])
})

test('what can not be tidied up in a paused container is left to the clean-up, with a warning', async () => {
  await run.addContainer({ status: 'paused' })
  await releaseHold(await hold(), 'c', tidy)
  expect(tidy).not.toHaveBeenCalled()
  expect(run.said).toEqual([expect.stringMatching(/is paused; it is cleaned up later/)])
  expect((await run.registry.read()).leases).toMatchObject([{ id: 'own', abandoned: true }])
})

test('a removal that fails is a warning, and the container can be removed later', async () => {
  await run.addContainer()
  run.engine.answers.set('DELETE ', [500, { message: 'device busy' }])
  await releaseHold(await hold({ keep: 'stop' }), 'c', tidy)
  expect(run.said).toEqual([expect.stringMatching(/device busy; it is cleaned up later/)])
  const { leases, containers } = await run.registry.read()
  expect(leases).toEqual([])
  expect(containers.c).toMatchObject({ name: 'iris_0_1972' })
})
