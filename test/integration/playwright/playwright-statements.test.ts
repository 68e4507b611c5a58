import { expect, test } from 'vitest'
import { RegistryHome } from '../consumer/registry-home.ts'
import { statementsIn } from '../consumer/statements-in.ts'
import { attached, PLAYWRIGHT, playwrightProject } from './playwright-project.ts'

const STOP = { IRIS_DEVTESTER_KEEP: 'stop' }

test('a failed test has its last statements and the container’s log of its time in its report', async () => {
  await using home = new RegistryHome()
  using project = playwrightProject({
    'playwright.config.ts': `
      import { defineConfig } from '@playwright/test'
      import { irisServer } from '@iris-devtester/playwright'
      export default defineConfig({
        reporter: [['list'], ['json', { outputFile: 'report.json' }]], workers: 1, webServer: [irisServer()] })`,
    'one.spec.ts': `
      import { connectIris } from '@iris-devtester/core/connection'
      import { expect, test } from '@iris-devtester/playwright'
      test('passes', async ({ iris }) => { await iris.sql('SELECT 1 AS ofAnother') })
      test('fails', async ({ iris }) => {
        for (let number = 1; number <= 25; number++) await iris.sql('SELECT ' + number + ' AS number')
        await iris.sql('SELECT * FROM Nowhere')
      })
      test('fails while IRIS has no unit of its licence left', async ({ iris }) => {
        const others = Array.from({ length: 10 }, () => connectIris())
        await Promise.allSettled(others.map((one) => one.serverInfo()))
        await Promise.all(others.map((one) => one.close()))
        expect(1).toBe(2)
      })`,
  })

  const { exitCode, output } = await project.start(PLAYWRIGHT, ['test'], { ...home.env, ...STOP }).ended

  expect(exitCode, output).toBe(1)
  expect(output).toContain('2 failed')
  const statements = attached(project.folder, 'iris-statements.txt')
  expect(statementsIn(statements.join('\n')), output).toEqual([
    [
      ...Array.from({ length: 19 }, (_, at) => `SELECT ${at + 7} AS number`),
      'SELECT * FROM Nowhere',
      expect.stringMatching(/^→ .*SQLCODE.*-30/),
    ],
  ])
  const [ofStart, ofTest, ...others] = attached(project.folder, 'IRIS log')
  // Nothing was written during the first: it has what came before.
  expect(ofStart).toContain('...started InterSystems IRIS instance')
  expect(ofTest).toContain('License limit exceeded')
  expect(ofTest).not.toContain('...started InterSystems IRIS instance')
  expect(others).toEqual([])
})
