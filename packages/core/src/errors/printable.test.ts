import { expect, test } from 'vitest'
import { printableName, printableText } from './printable.ts'

test.each([
  ['/projects/søk #1', '/projects/søk #1'],
  ['a\u001b]0;title\u0007b', 'a\\x1b]0;title\\x07b'],
  ['two\nlines\t\u009b31m', 'two\\x0alines\\x09\\x9b31m'],
])('the name %j is shown as %j', (name, shown) => {
  expect(printableName(name)).toBe(shown)
})

test.each([
  ['two\r\nlines\tand a tab', 'two\nlines\tand a tab'],
  ['\u001b[31mred\u001b[39m', '\u001b[31mred\u001b[39m'],
  ['\u001b[2J\u001b]52;c;eA==\u0007', '\\x1b[2J\\x1b]52;c;eA==\\x07'],
])('the text %j is shown as %j', (text, shown) => {
  expect(printableText(text)).toBe(shown)
})
