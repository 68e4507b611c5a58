import { describe, expect, test } from 'vitest'
import { sourceText } from './source-text.ts'

describe('the text of a file', () => {
  test.each([
    ['UTF-8', Buffer.from('Zoë,\r\n')],
    ['UTF-8 with a mark', Buffer.from('\uFEFFZoë,\r\n')],
    ['UTF-16', Buffer.from('\uFEFFZoë,\r\n', 'utf16le')],
    ['UTF-16 with its bytes the other way round', Buffer.from('\uFEFFZoë,\r\n', 'utf16le').swap16()],
  ])('in %s', (_, bytes) => expect(sourceText('a.csv', bytes)).toBe('Zoë,\r\n'))

  test('of no bytes is empty', () => expect(sourceText('a.csv', Buffer.alloc(0))).toBe(''))

  test('in another encoding is refused with its line, rather than read as other letters', () => {
    const bytes = Buffer.from('Name\nAda\nZoë\n', 'latin1')
    expect(() => sourceText('rows/a.csv', bytes)).toThrow(/^rows\/a\.csv:3: The file is not UTF-8 text\./)
  })
})
