import { expect, test } from 'vitest'
import { checkResettable } from './check-resettable.ts'

test.each([
  ['IDT0123ABCDW1', 'each', 4],
  ['idt0123abcdw12', 'file', 4],
  ['IDT0123ABCDR1', 'each', 1],
  ['USER', false, 4],
] as const)('%s may be reset %s with %i workers', (namespace, reset, workers) => {
  expect(() => checkResettable(namespace, reset, workers)).not.toThrow()
})

test.each([
  ['USER', 'each', 1],
  ['IDT0123ABCDR1', 'file', 2],
  ['IDTEST', 'file', 1],
] as const)('%s may not be reset %s with %i workers', (namespace, reset, workers) => {
  expect(() => checkResettable(namespace, reset, workers)).toThrow('use the namespace')
})
