import { expect, test, vi } from 'vitest'
import { type BatchStatement, readAll, runAll, runEach } from './batch.ts'
import { IrisConnectionError } from './connection-error.ts'
import type { SqlRow } from './sql-result.ts'

const refusal = (sqlCode: number) =>
  new IrisConnectionError({ code: 'SQL_ERROR', message: 'no', details: { sqlCode, summary: ` SQLCODE: ${sqlCode} ` } })

/** An IRIS with the class, which gets one statement done in each call, or all of them. */
function batches({ each = Number.POSITIVE_INFINITY, refused = '' }: { each?: number; refused?: string }) {
  const calls: BatchStatement[][] = []
  const run = async (_query: string, [list]: readonly unknown[] = []): Promise<SqlRow[]> => {
    const statements = JSON.parse(String(list)) as BatchStatement[]
    calls.push(statements)
    const at = statements.indexOf(refused)
    const done = Math.min(each, at < 0 ? statements.length : at)
    return [{ answer: JSON.stringify({ done, ...(done === at ? { sqlcode: -110, message: 'locked' } : {}) }) }]
  }
  return { run, calls }
}

test('many statements are one call; what takes IRIS longer than a second goes on in the next', async () => {
  const quick = batches({})
  expect(await runAll(quick.run, ['a', ['b', 'c'], 'd'], () => {})).toBeUndefined()
  expect(quick.calls).toEqual([['a', ['b', 'c'], 'd']])
  const slow = batches({ each: 1 })
  const told: number[] = []
  await runAll(slow.run, ['a', 'b', 'c'], (done) => told.push(done))
  expect(slow.calls).toEqual([['a', 'b', 'c'], ['b', 'c'], ['c']])
  expect(told).toEqual([0, 1, 2])
})

test('no call is longer than a text of IRIS can be', async () => {
  const long = batches({})
  const statements = Array.from({ length: 5 }, (_, at) => `${at}${'x'.repeat(400_000)}`)
  await runAll(long.run, statements, () => {})
  expect(long.calls.map((call) => call.length)).toEqual([2, 2, 1])
  expect(long.calls.flat()).toEqual(statements)
})

test('the one that fails is told with its place among all', async () => {
  const { run } = batches({ each: 1, refused: 'b' })
  expect(await runAll(run, ['a', 'b', 'c'], () => {})).toEqual({
    at: 1,
    sqlCode: -110,
    summary: 'SQLCODE: -110 Message: locked',
  })
})

test('an answer that says nothing is a failure, not an endless wait', async () => {
  const run = async () => [{ answer: '{"done":0}' }]
  expect(await runAll(run, ['a'], () => {})).toMatchObject({ at: 0, sqlCode: -400 })
})

test('without the class, queries are not answered, and statements run one by one', async () => {
  const run = vi.fn(async (query: string): Promise<SqlRow[]> => {
    if (query.includes('Batch_')) throw refusal(-359)
    if (query === 'refused') throw refusal(-320)
    return []
  })
  expect(await readAll(run, ['q'])).toBeUndefined()
  expect(await runEach(run, ['a', ['refused', 'b'], 'refused', 'c'], () => {})).toEqual({
    at: 2,
    sqlCode: -320,
    summary: 'SQLCODE: -320',
  })
  expect(run.mock.calls.map(([query]) => query).slice(1)).toEqual(['a', 'refused', 'b', 'refused'])
})

test('an IRIS that is gone is not a missing class', async () => {
  const lost = new IrisConnectionError({ code: 'IRIS_UNREACHABLE', message: 'gone' })
  const run = async () => {
    throw lost
  }
  await expect(readAll(run, ['q'])).rejects.toBe(lost)
  await expect(runEach(run, ['a'], () => {})).rejects.toBe(lost)
})
