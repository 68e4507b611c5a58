import { expect, test } from 'vitest'
import type { ContainerInspection } from '../engine/engine-answers.ts'
import { endOfLastBoot } from './restart-container.ts'

const NEVER = '0001-01-01T00:00:00Z'

test.each([
  ['never ended', true, '2026-01-01T00:00:10.5Z', NEVER, undefined],
  ['ended once and runs again', true, '2026-01-01T00:00:20Z', '2026-01-01T00:00:10.5Z', '2026-01-01T00:00:10.5Z'],
  ['has ended since it started', false, '2026-01-01T00:00:10Z', '2026-01-01T00:00:10.1Z', '2026-01-01T00:00:09Z'],
  [
    'has ended before its start was noted',
    false,
    '2026-01-01T00:00:10.5Z',
    '2026-01-01T00:00:10Z',
    '2026-01-01T00:00:09Z',
  ],
  ['could not be started', false, NEVER, '2026-01-01T00:00:10Z', undefined],
])(
  'of a container that %s, the log counts from the end of the boot before',
  (_, Running, StartedAt, FinishedAt, end) => {
    const State = { Running, StartedAt, FinishedAt }
    expect(endOfLastBoot({ State } as ContainerInspection)).toBe(end === undefined ? 0 : Date.parse(end) / 1_000)
  },
)

test('a container that is gone has no boot', () => {
  expect(endOfLastBoot(undefined)).toBe(0)
})
