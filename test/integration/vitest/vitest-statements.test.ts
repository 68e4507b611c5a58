import { expect, test } from 'vitest'
import { RegistryHome } from '../consumer/registry-home.ts'
import { statementsIn } from '../consumer/statements-in.ts'
import { VITEST, vitestProject } from './vitest-project.ts'

const STOP = { IRIS_DEVTESTER_KEEP: 'stop' }

const FILE = `
  import { connectIris } from '@iris-devtester/core/connection'
  import { beforeEach, expect, test } from 'vitest'
  import { test as withIris } from '@iris-devtester/vitest/test'
  beforeEach(async () => {
    await using db = connectIris()
    await db.sql('CREATE TABLE IF NOT EXISTS Patient (Name VARCHAR(20))')
  })
  withIris('passes', async ({ sql }) => { await sql('SELECT 1 AS ofAnother') })
  let attempt = 0
  test('fails', { retry: 1 }, async () => {
    await using db = connectIris()
    const sql = db.sql.bind(db)
    attempt += 1
    await sql('SELECT ' + attempt + ' AS attempt')
    for (let number = 1; number <= 7; number++) await sql('SELECT ' + number + ' AS number')
    await sql("INSERT INTO\\n  Patient (Name) VALUES (?)", ['sec' + 'ret'])
    await sql('SELECT * FROM Nowhere')
  })
  test('fails without IRIS', () => expect(1).toBe(2))`

test('a failed test shows the last statements of its last attempt, with the reason of one that failed', async () => {
  await using home = new RegistryHome()
  using project = vitestProject({
    'vitest.config.ts': `
      import { defineConfig } from 'vitest/config'
      import { iris } from '@iris-devtester/vitest'
      export default defineConfig({ plugins: [iris()], test: { maxWorkers: 1 } })`,
    'one.test.ts': FILE,
  })

  const { exitCode, output } = await project.start(VITEST, ['run'], { ...home.env, ...STOP }).ended

  expect(exitCode, output).toBe(1)
  expect(statementsIn(output), output).toEqual([
    [
      'SELECT 2 AS attempt',
      ...[1, 2, 3, 4, 5, 6, 7].map((number) => `SELECT ${number} AS number`),
      'INSERT INTO Patient (Name) VALUES (?)',
      'SELECT * FROM Nowhere',
      expect.stringMatching(/^→ .*SQLCODE.*-30/),
    ],
    ['CREATE TABLE IF NOT EXISTS Patient (Name VARCHAR(20))'],
  ])
  expect(output).not.toContain('secret')
})
