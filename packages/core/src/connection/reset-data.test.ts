import { expect, test } from 'vitest'
import { IrisConnectionError } from './connection-error.ts'
import { type ResetProgress, resetData } from './reset-data.ts'
import type { SqlRow } from './sql-result.ts'

const TABLES = ['A', 'B'].map((name) => ({ TABLE_SCHEMA: 'S', TABLE_NAME: name, TABLE_TYPE: 'BASE TABLE' }))
const BASELINE = {
  version: 1,
  views: [],
  tables: ['A', 'B'].map((name) => ({ schema: 'S', name, isReferenced: false })),
}

/** Answers for IRIS; `truncate` does the emptying. */
const run =
  (truncate: (query: string) => Promise<void>) =>
  async (query: string): Promise<SqlRow[]> => {
    if (query.includes('IrisDevtester.Baseline')) return [{ Content: JSON.stringify(BASELINE) }]
    if (query.includes('INFORMATION_SCHEMA.TABLES')) return TABLES
    await truncate(query)
    return []
  }

test('what takes longer than a second says where it is', async () => {
  let told: (progress: ResetProgress) => void = () => {}
  const isTold = new Promise<ResetProgress>((resolve) => {
    told = resolve
  })
  await resetData(
    run(async (query) => {
      if (query.endsWith('"B"')) await isTold
    }),
    'USER',
    { onProgress: (progress) => told(progress) },
  )
  expect(await isTold).toMatchObject({ table: 'S.B', done: 1, total: 2 })
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
