import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { codeOf, FIRST, open, registry, useRegistry } from './registry-fixture.ts'

useRegistry({ ranges: { node: [FIRST, FIRST + 1] } })

const LONG_MS = 60_000

test('a reservation says until when it is kept, and other users of the registry see that', async () => {
  const before = Date.now()
  const { port, expiresAt } = await registry.assignPort('/projects/one', { service: 'node', timeLimitMs: LONG_MS })
  expect(expiresAt?.getTime()).toBeGreaterThanOrEqual(before + LONG_MS)
  expect(await open().getAssignment('/projects/one', { service: 'node' })).toMatchObject({ port, expiresAt })
  expect((await registry.explain(port)).claims[0]?.message).toContain(`reserved until ${expiresAt?.toISOString()}`)
})

test('asking again renews it, and asking again without a limit takes the limit away; the port stays', async () => {
  const first = await registry.assignPort('/projects/one', { service: 'node', timeLimitMs: 1_000 })
  const renewed = await registry.assignPort('/projects/one', { service: 'node', timeLimitMs: LONG_MS })
  expect(renewed.port).toBe(first.port)
  expect(renewed.expiresAt?.getTime()).toBeGreaterThan((first.expiresAt as Date).getTime())
  const kept = await registry.assignPort('/projects/one', { service: 'node' })
  expect(kept).toEqual({ ...first, expiresAt: undefined })
  expect(
    (await registry.assignPort('/projects/one', { service: 'node', timeLimitMs: LONG_MS })).expiresAt,
  ).toBeDefined()
})

test('as long as its time lasts, nobody else gets the port', async () => {
  await registry.assignPort('/projects/one', { service: 'node', preferredPort: FIRST, timeLimitMs: LONG_MS })
  expect(await codeOf(registry.assignPort('/projects/two', { service: 'node', preferredPort: FIRST }))).toBe(
    'PORT_IN_USE',
  )
  expect(await registry.cleanupStale()).toEqual([])
})

test('when its time is over and nothing listens, whoever asks gets the port: by its number or as the last of the range', async () => {
  await expired('/projects/one', FIRST)
  await expired('/projects/two', FIRST + 1)
  expect((await registry.explain(FIRST)).isAvailable).toBe(true)
  expect((await registry.assignPort('/projects/three', { service: 'node', preferredPort: FIRST })).port).toBe(FIRST)
  expect((await registry.assignPort('/projects/four', { service: 'node' })).port).toBe(FIRST + 1)
  expect(await registry.getAssignment('/projects/one', { service: 'node' })).toBeUndefined()
  const reclaimed = (await registry.history()).filter(({ action }) => action === 'reclaimed')
  expect(new Set(reclaimed.map(({ reason }) => reason))).toEqual(new Set(['its time limit is over']))
})

test('when its time is over but something listens on the port, it is kept', async () => {
  await expired('/projects/one', FIRST)
  await registry.assignPort('/projects/two', { service: 'node' })
  const server = createServer().listen(FIRST, '127.0.0.1')
  await once(server, 'listening')
  try {
    expect(await registry.cleanupStale()).toEqual([])
    expect(await codeOf(registry.assignPort('/projects/three', { service: 'node', preferredPort: FIRST }))).toBe(
      'PORT_IN_USE',
    )
    expect(await codeOf(registry.assignPort('/projects/three', { service: 'node' }))).toBe('PORT_EXHAUSTED')
    expect((await registry.assignPort('/projects/one', { service: 'node' })).port).toBe(FIRST)
  } finally {
    server.close()
  }
})

test('the clean-up releases it when its time is over', async () => {
  await expired('/projects/one', FIRST)
  expect(await registry.cleanupStale()).toMatchObject([{ port: FIRST, status: 'stale' }])
  expect(await registry.listAll()).toEqual([])
})

test('limits that can not be kept are refused', async () => {
  for (const timeLimitMs of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 8 * 24 * 3_600_000]) {
    expect(await codeOf(registry.assignPort('/projects/one', { service: 'node', timeLimitMs }))).toBe(
      'INVALID_TIME_LIMIT',
    )
  }
  for (const service of ['iris', 'iris-web'] as const) {
    expect(await codeOf(registry.assignPort('/projects/one', { service, timeLimitMs: LONG_MS }))).toBe(
      'INVALID_TIME_LIMIT',
    )
  }
  expect(await registry.listAll()).toEqual([])
})

/** A reservation whose time is over. */
async function expired(project: string, port: number): Promise<void> {
  await registry.assignPort(project, { service: 'node', preferredPort: port, timeLimitMs: LONG_MS })
  await registry.update('let the time pass', (draft) => {
    draft.service_assignments = draft.service_assignments.map((one) =>
      one.project_path === project ? { ...one, expires_at: new Date(Date.now() - 1).toISOString() } : one,
    )
  })
}
