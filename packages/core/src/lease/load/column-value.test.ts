import { expect, test } from 'vitest'
import { readValue } from './column-value.ts'

test.each([
  ['5', 'integer', 5n],
  [9, 'bigint', 9n],
  [2n ** 60n + 1n, 'bigint', 2n ** 60n + 1n],
  [2n ** 60n + 1n, 'numeric', '1152921504606846977'],
  ['-9223372036854775808', 'bigint', -9223372036854775808n],
  ['1.50', 'numeric', '1.50'],
  [1e-3, 'double', '0.001'],
  ['true', 'bit', 1],
  [false, 'bit', 0],
  ['2024-02-29', 'date', '2024-02-29'],
  ['08:30', 'time', '08:30'],
  ['2024-01-01T08:30:00Z', 'timestamp', '2024-01-01 08:30:00'],
  ['', 'varchar', ''],
  [true, 'varchar', 1],
  ['  kept ', 'varchar', '  kept '],
  [null, 'integer', null],
])('%s is a value of the type %s', (value, type, expected) =>
  expect(readValue(value, type)).toEqual({ value: expected }),
)

test.each([
  ['five', 'integer', 'whole number'],
  ['1.5', 'integer', 'whole number'],
  ['9223372036854775808', 'bigint', 'whole number of 64 bits'],
  ['', 'integer', 'whole number'],
  ['1,5', 'numeric', 'number'],
  ['yes', 'bit', 'truth value (0 or 1)'],
  ['2023-02-29', 'date', 'date (YYYY-MM-DD)'],
  ['10.12.1815', 'date', 'date (YYYY-MM-DD)'],
  ['24:00', 'time', 'time of day (hh:mm:ss)'],
  ['yesterday', 'timestamp', 'point in time (YYYY-MM-DD hh:mm:ss)'],
  [[1], 'varchar', 'text, number, truth value or null'],
])('%j is none of the type %s', (value, type, wanted) => expect(readValue(value, type)).toEqual({ wanted }))
