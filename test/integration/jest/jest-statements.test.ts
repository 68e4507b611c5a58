import { expect, test } from 'vitest'
import { RegistryHome } from '../consumer/registry-home.ts'
import { statementsIn } from '../consumer/statements-in.ts'
import { JEST, jestProject, PRESET } from './jest-project.ts'

const STOP = { IRIS_DEVTESTER_KEEP: 'stop' }

test.for([
  ['in workers', ['-w', '2']],
  ['in the runner itself', ['-i']],
] as const)('a failed test shows its last statements, those of connections of its own too: %s', async ([, args]) => {
  await using home = new RegistryHome()
  using project = jestProject({
    'jest.config.js': PRESET,
    'one.test.js': `
      const { connectIris } = require('@iris-devtester/core/connection')
      test('passes', async () => { await iris.sql('SELECT 1 AS ofAnother') })
      test('fails', async () => {
        await iris.sql('SELECT 1 AS one')
        const own = connectIris()
        await own.sql('SELECT 2 AS two')
        await own.close()
        await new Promise((resolve) => setTimeout(resolve, 5))
        await iris.sql('SELECT * FROM Nowhere WHERE Name = ?', ['sec' + 'ret'])
      })
      test('fails without IRIS', () => expect(1).toBe(2))`,
    'two.test.js': "test('fails without IRIS', () => expect(1).toBe(2))",
  })

  const { exitCode, output } = await project.start(JEST, args, { ...home.env, ...STOP }).ended

  expect(exitCode, output).toBe(1)
  expect(output).toContain('3 failed')
  expect(statementsIn(output), output).toEqual([
    [
      'SELECT 1 AS one',
      'SELECT 2 AS two',
      'SELECT * FROM Nowhere WHERE Name = ?',
      expect.stringMatching(/^→ .*SQLCODE.*-30/),
    ],
  ])
  expect(output).not.toContain('secret')
})
