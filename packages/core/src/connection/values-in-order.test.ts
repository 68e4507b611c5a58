import { expect, test } from 'vitest'
import { valuesInOrder } from './values-in-order.ts'

test.each([
  ['SELECT a, b FROM T', { a: 1, b: 2 }, [1, 2]],
  ['SELECT x AS "2024", Name, y AS "2023" FROM T', { 2023: 3, 2024: 1, Name: 2 }, [1, 2, 3]],
  ['SELECT COUNT(*), x "0", MAX(y) FROM T', { 0: 2, Aggregate_1: 1, Aggregate_3: 3 }, [1, 2, 3]],
  ['SELECT x AS "7", *, y AS "1" FROM T', { 1: 4, 7: 1, a: 2, b: 3 }, [1, 2, 3, 4]],
  ['CALL p()', { b: 1, a: 2 }, [1, 2]],
])('%s', (query, row, expected) => expect(valuesInOrder(query)(row)).toEqual(expected))
