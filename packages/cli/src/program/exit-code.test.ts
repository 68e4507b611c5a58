import { expect, test } from 'vitest'
import { exitCodeFor } from './exit-code.ts'

test.for([
  ['a fault', new Error('x'), 1],
  ['what is no error at all', undefined, 1],
  ['a refusal', { code: 'PORT_IN_USE' }, 1],
  ['an impossible value', { code: 'OPTION_INVALID' }, 2],
  ['something missing', { code: 'ASSIGNMENT_NOT_FOUND' }, 3],
  ['a signal', { code: 'INTERRUPTED', details: { signal: 'SIGTERM' } }, 143],
] as const)('%s', ([, error, exitCode]) => {
  expect(exitCodeFor(error)).toBe(exitCode)
})
