import { expect, test } from 'vitest'
import { fitRows, terminalWidth, wrapWords } from './fit-width.ts'

const rows = [
  ['WHEN', 'PROJECT', 'WHY'],
  ['2027-01-01', '/home/somebody/projects/shop', 'Port 1972 is already used by project "/other"'],
]

test('rows are cut in their widest columns until they fit; a path keeps its end', () => {
  const fitted = fitRows(rows, 40)
  expect(fitted[1]).toEqual(['2027-01-01', '…rojects/shop', 'Port 1972 is…'])
  expect(fitted[1]?.join('  ').length).toBeLessThanOrEqual(40)
  expect(fitted[0]).toEqual(rows[0])
})

test('nothing is cut in a pipe, or where it fits, and no column below eight characters', () => {
  expect(fitRows(rows, undefined)).toEqual(rows)
  expect(fitRows(rows, 200)).toEqual(rows)
  expect(fitRows(rows, 3)[1]?.map((cell) => cell.length)).toEqual([8, 8, 8])
})

test('a sentence is broken between words', () => {
  expect(wrapWords('one two three', 10, '  ')).toBe('  one two\n  three')
  expect(wrapWords('one two three', undefined, '  ')).toBe('  one two three')
  expect(wrapWords('a-word-that-is-too-long b', 10, '')).toBe('a-word-that-is-too-long\nb')
})

test('the width is that of a terminal', () => {
  expect(terminalWidth({ isTTY: true, columns: 80 } as NodeJS.WriteStream)).toBe(80)
  expect(terminalWidth({ isTTY: false, columns: 80 } as NodeJS.WriteStream)).toBeUndefined()
})
