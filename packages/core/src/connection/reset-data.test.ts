import { expect, test } from 'vitest'
import { IrisConnectionError } from './connection-error.ts'
import type { RunData } from './data-tables.ts'
import { type ResetProgress, resetData } from './reset-data.ts'

const TABLES = ['A', 'B'].map((name) => ['S', name, 'BASE TABLE'])
const BASELINE = {
  version: 1,
  views: [],
  tables: ['A', 'B'].map((name) => ({
    schema: 'S',
    name,
    isReferenced: false,
    copy: { name: `Kept${name}`, columns: ['a'], runs: [[2, 3]] },
  })),
}

/** Answers for an IRIS that has the class for several statements; `empty` does what they ask. */
const run =
  (empty: (statements: readonly string[]) => Promise<{ readonly done: number }>): RunData =>
  async (query, [list] = []) => {
    if (query.includes('Batch_Rows')) return [{ answer: JSON.stringify([[[JSON.stringify(BASELINE)]], TABLES]) }]
    return [{ answer: JSON.stringify(await empty(JSON.parse(String(list)) as string[])) }]
  }

test('a reset is two requests, however many tables and rows there are', async () => {
  const asked: string[] = []
  const answer = run(async (statements) => ({ done: statements.length }))
  await resetData(
    (query, parameters) => {
      asked.push(query)
      return answer(query, parameters)
    },
    'USER',
    {},
  )
  expect(asked).toEqual([
    'SELECT IrisDevtester.Batch_Rows(?) AS answer',
    'SELECT IrisDevtester.Batch_Run(?, ?) AS answer',
  ])
})

test('what takes longer than a second says where it is', async () => {
  let told: (progress: ResetProgress) => void = () => {}
  const isTold = new Promise<ResetProgress>((resolve) => {
    told = resolve
  })
  const slow = run(async (statements) => {
    if (statements[0]?.startsWith('TRUNCATE TABLE "S"."A"')) return { done: 1 }
    await isTold
    return { done: statements.length }
  })
  await resetData(slow, 'USER', { onProgress: (progress) => told(progress) })
  expect(await isTold).toMatchObject({ table: 'S.B', done: 1 })
})

test('an error that is no answer of IRIS stays what it is', async () => {
  const lost = new IrisConnectionError({ code: 'IRIS_UNREACHABLE', message: 'gone' })
  const reset = resetData(
    run(async () => {
      throw lost
    }),
    'USER',
  )
  await expect(reset).rejects.toBe(lost)
})
