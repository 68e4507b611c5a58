import { expect, test } from 'vitest'
import { IrisDevtesterError } from './iris-devtester-error.ts'
import { shellWord } from './shell-word.ts'
import { summaryOf } from './summary-of.ts'

const error = new IrisDevtesterError({
  code: 'PORT_IN_USE',
  message: 'It is taken.',
  hint: 'One.\nTwo.',
  details: { port: 1972 },
})

test('a message says what happened, what to do, and where to read more', () => {
  expect(error.message).toBe(`It is taken.\n\nWhat to do:\n  One.\n  Two.\n\nMore: ${error.url}`)
  expect(error.url).toMatch(/docs\/errors\.md#port_in_use$/)
})

test('as data an error keeps what happened and what to do apart', () => {
  expect(JSON.parse(JSON.stringify(error))).toEqual({
    success: false,
    error: 'PORT_IN_USE',
    message: 'It is taken.',
    details: { port: 1972 },
    hint: 'One.\nTwo.',
    url: error.url,
  })
})

test('the cause of another error is shown without its remedy', () => {
  expect(summaryOf(error)).toBe('It is taken.')
  expect(summaryOf(new Error('plain'))).toBe('plain')
  expect(summaryOf('text')).toBe('text')
})

test.for([
  ['/home/me/app', '/home/me/app'],
  ['/home/me/my app', `'/home/me/my app'`],
  [`/it's`, `'/it'\\''s'`],
  ['$(reboot)', `'$(reboot)'`],
  ['', `''`],
])('%s is one word of a command line', ([text, word]) => {
  expect(shellWord(text as string)).toBe(word)
})
