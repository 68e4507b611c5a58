import fc from 'fast-check'
import { expect, test } from 'vitest'
import { IrisConnectionError } from './connection-error.ts'
import { parseExactly, readValues, type SqlParameter, toParameters } from './sql-values.ts'

test('null and the empty text go to IRIS as what they are there, and come back as what they were', () => {
  expect(toParameters([null, '', 'a', 5, true])).toEqual([null, '\u0000', 'a', 5, true])
  expect(readValues({ a: '', b: '\u0000', c: 'x', d: 0 })).toEqual({ a: null, b: '', c: 'x', d: 0 })
})

test.each([
  [2n ** 63n - 1n, '9223372036854775807'],
  [-(2n ** 63n), '-9223372036854775808'],
  [7n, '7'],
])('the bigint %s is sent with all its digits', (value, sent) => expect(toParameters([value])).toEqual([sent]))

test.each([2n ** 63n, Number.NaN, Number.POSITIVE_INFINITY, undefined, new Date(0), { a: 1 }, [1], Symbol('a')])(
  'what no column can hold is refused with its place: %s',
  (value) => {
    let error: unknown
    try {
      toParameters(['fine', value as SqlParameter])
    } catch (thrown) {
      error = thrown
    }
    expect(error).toBeInstanceOf(IrisConnectionError)
    expect(error).toMatchObject({ code: 'SQL_PARAMETERS_INVALID', details: { index: 1 } })
  },
)

test('a whole number that is too long for a number keeps its digits, wherever it stands', () => {
  const text = '{"a":9007199254740993,"b":[-9223372036854775808, 12],"c":"x: 9007199254740993, \\" [9007199254740993]"}'
  expect(parseExactly(text)).toEqual({
    a: 9007199254740993n,
    b: [-9223372036854775808n, 12],
    c: 'x: 9007199254740993, " [9007199254740993]',
  })
  const inexact = '[1.2345678901234567890, 12345678901234567890e2]'
  expect(parseExactly(inexact)).toEqual(JSON.parse(inexact))
})

test('reads any other JSON as JSON.parse does', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value)
      // Whole numbers beyond what a number holds are the difference.
      fc.pre(!/\d{16,}/.test(text))
      expect(parseExactly(text)).toEqual(JSON.parse(text))
    }),
  )
})
