import fc from 'fast-check'
import { expect, test } from 'vitest'
import { resetOrder } from './reset-order.ts'

const order = (keys: string, ...references: string[]) =>
  resetOrder(
    [...keys],
    references.map(([from = '', to = '']) => ({ from, to })),
  )
    .map(({ key, isReferenced }) => key + (isReferenced ? '!' : ''))
    .join(' ')

test.each([
  ['no keys', 'abc', [], 'a b c'],
  ['children before their parents', 'abc', ['bc', 'ab'], 'a b c'],
  ['two children of one parent', 'pab', ['ap', 'bp'], 'a b p'],
  ['a table that refers to itself', 'ab', ['aa', 'ba'], 'b a!'],
  ['a cycle of two', 'ab', ['ab', 'ba'], 'a! b'],
  ['a cycle with a table before and one behind it', 'xyab', ['ab', 'ba', 'xa', 'by'], 'x b! y a'],
  ['a key to a table that is none of ours', 'a', ['az'], 'a'],
])('%s', (_, keys, references, expected) => expect(order(keys, ...references)).toBe(expected))

test('every table comes once, and only a cycle leaves rows that refer to one that is emptied', () => {
  const key = fc.integer({ min: 0, max: 9 }).map(String)
  fc.assert(
    fc.property(fc.uniqueArray(key), fc.array(fc.record({ from: key, to: key })), (keys, references) => {
      const result = resetOrder(keys, references)
      expect(result.map((one) => one.key).toSorted()).toEqual(keys.toSorted())
      const place = new Map(result.map((one, at) => [one.key, at]))
      for (const { from, to } of references) {
        const [first, second] = [place.get(from), place.get(to)]
        if (first === undefined || second === undefined || result[second]?.isReferenced) continue
        expect(first).toBeLessThan(second)
      }
    }),
  )
})
