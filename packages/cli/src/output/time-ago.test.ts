import { expect, test } from 'vitest'
import { duration, timeAgo } from './time-ago.ts'

test.for([
  [-5_000, '0 s'],
  [119_000, '119 s'],
  [120_000, '2 min'],
  [7_200_000, '2 h'],
  [172_800_000, '2 d'],
] as const)('%i ms are %s', ([milliseconds, text]) => {
  expect(duration(milliseconds)).toBe(text)
})

test('a time is shown as how long ago it was', () => {
  expect(timeAgo('2026-01-01T00:00:00Z', Date.parse('2026-01-01T00:03:00Z'))).toBe('3 min ago')
})
