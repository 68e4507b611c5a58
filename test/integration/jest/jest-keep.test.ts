import { describe, expect, test } from 'vitest'
import { copiesIn } from '../consumer/kept-copies.ts'
import { RegistryHome } from '../consumer/registry-home.ts'
import { config, JEST, jestProject } from './jest-project.ts'

const WARM = { IRIS_DEVTESTER_KEEP: 'warm' }

const SCHEMA = `CREATE TABLE Patient (ID IDENTITY, Name VARCHAR(20) UNIQUE);
INSERT INTO Patient (Name) VALUES ('Ada');`

const preset = (options = '') =>
  config(`preset: '@iris-devtester/jest', testEnvironmentOptions: { iris: { load: ['schema.sql'], ${options} } }`)

/** Two tests that fail, each with a patient of its own, and what a copy of them must not show. */
const FILE = `
  const add = (name) => iris.sql('INSERT INTO Patient (Name) VALUES (?)', [name])
  describe('patients', () => {
    test('fails', async () => { await add('Bob'); expect(1).toBe(2) })
    test('passes', async () => { await add('Cleo') })
    test.failing('fails as expected', async () => { await add('Dora'); expect(1).toBe(2) })
    test('fails too', async () => { await add('Eve'); expect(1).toBe(2) })
  })`

describe('the namespace of a failed test is kept as the test left it', () => {
  test.for([
    ['by default', preset("onFailure: 'keep'"), ['Ada Bob', 'Ada Bob Cleo Dora Eve']],
    ['reset before each test', preset("onFailure: 'keep', reset: 'each'"), ['Ada Bob', 'Ada Eve']],
    ['made for its file', preset("onFailure: 'keep', isolation: 'file'"), ['Ada Bob', 'Ada Bob Cleo Dora Eve']],
    [
      'without a global set-up, where a worker has a hold of its own',
      config(
        "testEnvironment: '@iris-devtester/jest', testEnvironmentOptions: { iris: { load: ['schema.sql'], onFailure: 'keep' } }",
      ),
      ['Ada Bob', 'Ada Bob Cleo Dora Eve'],
    ],
  ] as const)('%s', async ([, configuration, patients]) => {
    await using home = new RegistryHome()
    using project = jestProject({ 'schema.sql': SCHEMA, 'jest.config.js': configuration, 'one.test.js': FILE })

    const { exitCode, output } = await project.start(JEST, [], { ...home.env, ...WARM }).ended

    expect(exitCode, output).toBe(1)
    expect(output).toContain('2 failed')
    expect(await copiesIn(home, project.folder, output), output).toEqual([
      { failed: 'one.test.js > patients > fails', isItsPage: true, patients: patients[0] },
      { failed: 'one.test.js > patients > fails too', isItsPage: true, patients: patients[1] },
    ])
    expect(output).toMatch(/query {5}npx @iris-devtester\/cli sql --namespace IDT\w+K1 "SELECT …"/)
  })

  test('once, when its last attempt fails', async () => {
    await using home = new RegistryHome()
    using project = jestProject({
      'schema.sql': SCHEMA,
      'jest.config.js': preset(),
      'one.test.js': `
        jest.retryTimes(2)
        let first = 0
        let second = 0
        const add = (name) => iris.sql('INSERT INTO Patient (Name) VALUES (?)', [name])
        test('passes in the end', async () => { await add('Bob' + ++first); expect(first).toBe(2) })
        test('fails in the end', async () => { await add('Eve' + ++second); expect(1).toBe(2) })`,
    })

    const run = project.start(JEST, [], { ...home.env, ...WARM, IRIS_DEVTESTER_ON_FAILURE: 'keep' })
    const { output } = await run.ended

    expect(output).toContain('1 passed')
    expect(await copiesIn(home, project.folder, output), output).toEqual([
      { failed: 'one.test.js > fails in the end', isItsPage: true, patients: 'Ada Bob1 Eve1 Bob2 Eve2 Eve3' },
    ])
  })

  test('not without the option', async () => {
    await using home = new RegistryHome()
    using project = jestProject({ 'schema.sql': SCHEMA, 'jest.config.js': preset(), 'one.test.js': FILE })

    const { exitCode, output } = await project.start(JEST, [], { ...home.env, ...WARM }).ended

    expect(exitCode).toBe(1)
    expect(output).not.toContain('IRIS namespace')
    const { containers } = await home.registry.read()
    expect(Object.values(containers).map(({ kept }) => kept)).toEqual([undefined])
  })
})
