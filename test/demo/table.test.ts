import { expect, test } from 'vitest'
import { formatTable } from './table.ts'

test('lines up words to the left and numbers to the right', () => {
  const rows = [
    ['a', 1972, 'ready'],
    ['longer', 52773, 'x'],
  ]

  expect(formatTable(['project', 'port', 'state'], rows).split('\n')).toEqual([
    'project   port  state',
    '───────  ─────  ─────',
    'a         1972  ready',
    'longer   52773  x',
  ])
})
