import { expect, test } from 'vitest'
import { plainRow } from './plain-row.ts'

test('a row can be written as JSON, with all digits of its whole numbers', () => {
  const row = plainRow({ wide: 9223372036854775807n, n: 5, name: 'Ada', nothing: null })
  expect(JSON.parse(JSON.stringify(row))).toEqual({ wide: '9223372036854775807', n: 5, name: 'Ada', nothing: null })
})
