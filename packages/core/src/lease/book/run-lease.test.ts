import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { FIXTURE_RANGE, RunFixture } from '../testing/run-fixture.ts'
import { bindLease, findWarmCandidate, keepRenewed, takeLease } from './run-lease.ts'

let run: RunFixture

beforeEach(async () => {
  run = await RunFixture.open()
})

afterEach(() => run[Symbol.asyncDispose]())

test('a lease is on the warm candidate from its beginning, and on none where there is none', async () => {
  const before = await takeLease(run.context({}, 'first'))
  expect(before.leases).toMatchObject([{ id: 'first', project_path: run.folder }])
  expect(before.leases[0]?.container_id).toBeUndefined()
  await run.addContainer({}, { idle_since: new Date().toISOString() })
  const after = await takeLease(run.context({ keep: 'stop' }, 'second'))
  expect(after.leases).toMatchObject([{ id: 'first' }, { id: 'second', container_id: 'c' }])
  expect(after.containers.c).toMatchObject({ keep: 'stop' })
  expect(after.containers.c?.idle_since).toBeUndefined()
})

test.each([
  ['other settings', { memoryMb: 512 }, undefined],
  ['another namespace', { namespace: 'SHOP' }, 'c'],
  ['its own port', { preferredPort: FIXTURE_RANGE[0] }, 'c'],
  ['another port', { preferredPort: FIXTURE_RANGE[1] }, undefined],
  ['another web port', { preferredWebPort: 52_780 }, undefined],
])('a run that asks for %s has the candidate or none', async (_, options, candidate) => {
  await run.registry.assignPort(run.folder, { preferredPort: FIXTURE_RANGE[0] })
  await run.addContainer()
  expect(findWarmCandidate(await run.registry.read(), run.context(options))).toBe(candidate)
})

test('a lease that was lost with a cleared registry comes back when it is bound', async () => {
  await run.addContainer()
  const context = run.context()
  await run.registry.update('test', (draft) => bindLease(draft, context, 'c'))
  expect((await run.registry.read()).leases).toMatchObject([{ id: 'own', container_id: 'c' }])
  await run.registry.update('test', (draft) => bindLease(draft, context, undefined))
  expect((await run.registry.read()).leases[0]?.container_id).toBeUndefined()
})

test('a lease is renewed each minute until that is ended, and a registry that is away does no harm', async () => {
  const { lease } = run.context()
  await run.addLease(lease)
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  try {
    const end = keepRenewed(run.registry, 'own')
    vi.advanceTimersByTime(60_000)
    await vi.waitFor(async () => expect((await run.registry.read()).leases[0]?.renewed_at).toBeDefined())
    const update = vi.spyOn(run.registry, 'update').mockRejectedValueOnce(new Error('away'))
    vi.advanceTimersByTime(60_000)
    expect(update).toHaveBeenCalledTimes(1)
    end()
    vi.advanceTimersByTime(600_000)
    expect(update).toHaveBeenCalledTimes(1)
  } finally {
    vi.useRealTimers()
  }
})
