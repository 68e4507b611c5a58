import { describe, expect, test } from 'vitest'
import { sessionAnswer, sessionLines } from './container-sql-session.ts'

const encoded = (text: string) => Buffer.from(text).toString('base64')

describe('what is typed for a request', () => {
  test('holds it in pieces that a line of IRIS takes, none of which can become code', () => {
    const request = { query: `SELECT '${'"ä\n'.repeat(5_000)}'`, parameters: [] }
    const lines = sessionLines(request)
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(32_767)
    const pieces = lines.flatMap((line) => /^Set idt=idt_"([A-Za-z0-9+/=]+)"$/.exec(line)?.[1] ?? [])
    expect(pieces).toHaveLength(lines.length - 3)
    expect(JSON.parse(Buffer.from(pieces.join(''), 'base64').toString())).toEqual(request)
  })
})

describe('the answer', () => {
  test('is put together from pieces, and keeps every digit of a number', () => {
    const row = encoded('["ä",9007199254740993]')
    const output = [
      'USER>',
      `@@P ${row.slice(0, 5)}`,
      `@@L ${row.slice(5)}`,
      `@@L ${encoded('{"columns":["a","b"],"rowCount":1,"identity":""}')}`,
      'USER>',
      '@@END',
    ].join('\r\n')
    expect(sessionAnswer(output)).toBe(
      '{"columns":["a","b"],"rowCount":1,"identity":"","rows":[["ä",9007199254740993]]}',
    )
  })

  test('is the error of ObjectScript where there is one', () => {
    const output = 'USER>\n\nDo ##class(A.B).C()\n^\n<CLASS DOES NOT EXIST> *A.B\nUSER>\n@@END\n'
    expect(JSON.parse(sessionAnswer(output))).toEqual({ problem: '<CLASS DOES NOT EXIST> *A.B' })
  })

  test('tells what the session has written instead of one', () => {
    expect(JSON.parse(sessionAnswer('\nAccess Denied\n'))).toEqual({ problem: 'no answer: Access Denied' })
  })
})
