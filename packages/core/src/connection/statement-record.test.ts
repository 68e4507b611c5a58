import { beforeEach, describe, expect, test } from 'vitest'
import { IrisConnectionError } from './connection-error.ts'
import { describeStatements } from './describe-statements.ts'
import { recorded, takeStatements } from './statement-record.ts'

beforeEach(() => void takeStatements())

const ran = (query: string, error?: Error) =>
  recorded(query, 'A', async () => {
    if (error) throw error
    return query
  }).catch((failure) => failure)

describe('the last statements', () => {
  test('are remembered once, in their order, each on one line', async () => {
    expect(await ran('SELECT 1\n  FROM  Patient')).toBe('SELECT 1\n  FROM  Patient')
    await ran('SELECT 2')
    expect(takeStatements()).toMatchObject([
      { namespace: 'A', text: 'SELECT 1 FROM Patient', milliseconds: expect.any(Number) },
      { text: 'SELECT 2' },
    ])
    expect(takeStatements()).toEqual([])
  })

  test('are as many as a person reads, and no longer', async () => {
    for (let number = 1; number <= 25; number++) await ran(`SELECT ${number}`)
    await ran(`SELECT '${'x'.repeat(1_000)}'`)
    const all = takeStatements()
    expect(all).toHaveLength(20)
    expect(all[0]?.text).toBe('SELECT 7')
    expect(all.at(-1)?.text).toHaveLength(300)
    expect(all.at(-1)?.text).toMatch(/x…$/)
  })

  test('have the reason of their failure, which is thrown all the same', async () => {
    const refused = new IrisConnectionError({
      code: 'SQL_ERROR',
      message: 'IRIS refused a statement in A: duplicate\n  INSERT …',
      details: { summary: 'SQLCODE: -119\n  duplicate ' },
    })
    expect(await ran('INSERT', refused)).toBe(refused)
    expect(await ran('SELECT', new TypeError('no such thing'))).toBeInstanceOf(TypeError)
    expect(takeStatements().map(({ error }) => error)).toEqual(['SQLCODE: -119 duplicate', 'TypeError: no such thing'])
  })

  test('of another world are its own', async () => {
    await ran('SELECT 1')
    expect(takeStatements({})).toEqual([])
    expect(takeStatements()).toHaveLength(1)
  })
})

describe('as text', () => {
  const one = { at: 2, namespace: 'A', text: 'SELECT 1', milliseconds: 3.2 }

  test('nothing where there are none', () => {
    expect(describeStatements([])).toBe('')
  })

  test('in the order of time, with reasons below', () => {
    const failed = { at: 1, namespace: 'A', text: 'INSERT', milliseconds: 12, error: 'SQLCODE: -119' }
    expect(describeStatements([one, failed])).toBe(
      [
        "IRIS statements  the test's last 2 in A:",
        '  12 ms  INSERT',
        '         → SQLCODE: -119',
        '   3 ms  SELECT 1',
      ].join('\n'),
    )
  })

  test('the last ones, with namespaces where they differ', () => {
    const other = { ...one, at: 3, namespace: 'B', text: 'SELECT 2' }
    expect(describeStatements([one, other])).toContain('3 ms  B  SELECT 2')
    expect(describeStatements([one, other], 1)).toBe("IRIS statements  the test's last one in B:\n  3 ms  SELECT 2")
  })
})
