import { expect, test } from 'vitest'
import { finding, same } from './fact.ts'
import { summary } from './summary.ts'

test('what was seen decides', () => {
  expect(same([200, 503], [200, 503])).toEqual({ verdict: 'confirmed', saw: '[200,503]' })
  expect(same(401, 403)).toEqual({ verdict: 'refuted', saw: '401 instead of 403' })
  expect(same(undefined, 'a')).toEqual({ verdict: 'refuted', saw: 'nothing instead of "a"' })
  expect(finding(false, 'it started')).toEqual({ verdict: 'refuted', saw: 'it started' })
})

test('the end names what does not hold and what failed, not what does', () => {
  const facts = [
    { claim: 'one', ...finding(true, 'yes') },
    { claim: 'two', ...finding(false, 'no\n  indeed') },
    { claim: 'three', verdict: 'unknown' as const, saw: 'late' },
  ]

  expect(summary(facts, ['example vitest'])).toBe(`1 facts confirmed, 1 refuted, 1 unknown.
✗ refuted   two
              no | indeed
? unknown   three
              late
✗ failed: example vitest`)
})
