import { expect, test } from 'vitest'
import { checkOnFailure } from './check-on-failure.ts'

test('keep, drop and nothing mean something', () => {
  for (const value of ['keep', 'drop', undefined]) expect(() => checkOnFailure('irisOnFailure', value)).not.toThrow()
  expect(() => checkOnFailure('irisOnFailure', 'hold')).toThrow(
    expect.objectContaining({ code: 'OPTION_INVALID', details: { option: 'irisOnFailure', value: 'hold' } }),
  )
})
