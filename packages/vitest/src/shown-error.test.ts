import { IrisDevtesterError } from '@iris-devtester/core'
import { expect, test } from 'vitest'
import { shownError } from './shown-error.ts'

test('an error of ours is shown by its message alone, without properties and frames', () => {
  const error = new IrisDevtesterError({ code: 'X', message: 'what', hint: 'do', details: { a: 1 } })
  const shown = shownError(error) as Error
  expect(shown).not.toBe(error)
  expect([shown.name, shown.message, shown.stack]).toEqual([
    'IrisDevtesterError',
    error.message,
    `IrisDevtesterError: ${error.message}`,
  ])
  expect(Object.keys(shown)).not.toContain('details')
})

test('any other error stays as it is', () => {
  const error = new TypeError('x')
  expect(shownError(error)).toBe(error)
})
