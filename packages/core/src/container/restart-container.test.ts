import { expect, test } from 'vitest'
import type { ContainerInspection } from '../engine/engine-answers.ts'
import { endOfLastBoot } from './restart-container.ts'

const NEVER = '0001-01-01T00:00:00Z'

test.each([
  ['never ended', '2026-01-01T00:00:10.5Z', NEVER, undefined],
  ['ended once and runs again', '2026-01-01T00:00:20Z', '2026-01-01T00:00:10.5Z', '2026-01-01T00:00:10.5Z'],
  ['has ended since it started', '2026-01-01T00:00:10Z', '2026-01-01T00:00:10.1Z', '2026-01-01T00:00:09Z'],
  ['could not be started', NEVER, '2026-01-01T00:00:10Z', undefined],
])('of a container that %s, the log counts from the end of the boot before', (_, StartedAt, FinishedAt, expected) => {
  const since = expected === undefined ? 0 : Date.parse(expected) / 1_000
  expect(endOfLastBoot({ State: { StartedAt, FinishedAt } } as ContainerInspection)).toBe(since)
})

test('a container that is gone has no boot', () => {
  expect(endOfLastBoot(undefined)).toBe(0)
})
