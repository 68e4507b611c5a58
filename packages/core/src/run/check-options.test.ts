import { expect, test } from 'vitest'
import { checkOptionsAmongOthers } from './check-options.ts'

const known = { irisImage: undefined, irisReset: ['each', 'file', false] }

test.each([
  {},
  { irisImage: 'x', irisReset: 'each' },
  { irisReset: false },
  { irisReset: undefined },
  { baseURL: 'http://x', irisOfMyOwnTests: 1 },
])('%j is accepted', (given) => {
  expect(() => checkOptionsAmongOthers(given, known)).not.toThrow()
})

test.each([
  [{ irisImge: 'x' }, { code: 'OPTION_UNKNOWN', hint: 'Did you mean irisImage?' }],
  [{ irisreset: 'each' }, { code: 'OPTION_UNKNOWN', hint: 'Did you mean irisReset?' }],
  [
    { irisReset: 'ech' },
    { code: 'OPTION_INVALID', summary: 'The option irisReset is "ech", but must be one of each, file, false.' },
  ],
])('%j is refused', (given, error) => {
  expect(() => checkOptionsAmongOthers(given, known)).toThrow(expect.objectContaining(error))
})
