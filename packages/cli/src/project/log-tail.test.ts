import { expect, test } from 'vitest'
import { logTail } from './log-tail.ts'

test('a short log is whole', () => {
  expect(logTail(['one', 'two'])).toEqual({ lines: ['one', 'two'], isCut: false })
  expect(logTail([])).toEqual({ lines: [], isCut: false })
})

test('of a long log whole lines are kept, the newest', () => {
  const { lines, isCut } = logTail(Array.from({ length: 1_000 }, (_, at) => `${at} ${'x'.repeat(50)}`))
  expect(isCut).toBe(true)
  expect(lines.at(-1)).toMatch(/^999 x+$/)
  expect(lines[0]).toMatch(/^\d{3} x{50}$/)
  expect(lines.join('\n').length).toBeLessThanOrEqual(15_000)
})

test('of one long line its end is kept', () => {
  expect(logTail(['a'.repeat(100_000)]).lines).toEqual(['a'.repeat(15_000)])
})
