import { describe, expect, test } from 'vitest'
import { RegistryHome } from '../consumer/registry-home.ts'
import { config, JEST, jestProject } from './jest-project.ts'

const STOP = { IRIS_DEVTESTER_KEEP: 'stop' }

const SCHEMA = `CREATE TABLE Patient (ID IDENTITY, Name VARCHAR(20) UNIQUE);
INSERT INTO Patient (Name) VALUES ('Ada');`

const preset = (options = '') =>
  config(`preset: '@iris-devtester/jest', testEnvironmentOptions: { iris: { load: ['schema.sql'], ${options} } }`)

/** Each of its tests fails where the one before it, or another file, has left its row. */
const TESTS = `
  test('inserts', async () => {
    await iris.sql("INSERT INTO Patient (Name) VALUES ('Cleo')")
    const rows = await iris.sql('SELECT ID, Name FROM Patient ORDER BY ID')
    expect(rows).toStrictEqual([{ ID: 1, Name: 'Ada' }, { ID: 2, Name: 'Cleo' }])
    expect(rows.rowCount).toBe(2)
  })`

const AGAIN = `${TESTS}\n${TESTS}`

describe('tables go back to what they were after set-up', () => {
  test('by default before each file: three alike on two workers', async () => {
    await using home = new RegistryHome()
    using project = jestProject({
      'schema.sql': SCHEMA,
      'jest.config.js': preset(),
      'one.test.js': TESTS,
      'two.test.js': TESTS,
      'three.test.js': TESTS,
    })

    const { exitCode, output } = await project.start(JEST, ['-w', '2'], { ...home.env, ...STOP }).ended

    expect(exitCode, output).toBe(0)
    expect(output).toContain('3 passed')
  })

  test.for([
    ["reset: 'each'", 0],
    ["reset: 'file'", 1],
  ] as const)('%s', async ([options, expected]) => {
    await using home = new RegistryHome()
    using project = jestProject({ 'schema.sql': SCHEMA, 'jest.config.js': preset(options), 'one.test.js': AGAIN })

    const { exitCode, output } = await project.start(JEST, [], { ...home.env, ...STOP }).ended

    expect(exitCode, output).toBe(expected)
    if (expected === 1) expect(output).toContain('-119')
  })

  test('a test whose tables can not go back fails, and those after it are run', async () => {
    await using home = new RegistryHome()
    using project = jestProject({
      'schema.sql': SCHEMA,
      'jest.config.js': preset("reset: 'each'"),
      'one.test.js': `
        test.concurrent('a', async () => {})
        test.concurrent('b', async () => {})
        test('alone', () => {})
        test('drops', async () => { await iris.sql('DROP TABLE Patient') })
        for (const name of ['third', 'fourth']) test(name, () => console.log('RUN ' + name))`,
    })

    const { exitCode, output } = await project.start(JEST, ['-i'], { ...home.env, ...STOP }).ended

    expect(exitCode).toBe(1)
    expect(output).toContain('was there when set-up was done, and is gone')
    expect(output).not.toContain('RUN')
    expect(output).toContain('The test runs beside others of its file in the namespace')
    expect(output).toContain('4 failed, 2 passed, 6 total')
  })

  test('without a global set-up, where a worker has a hold of its own', async () => {
    await using home = new RegistryHome()
    using project = jestProject({
      'schema.sql': SCHEMA,
      'jest.config.js': config(
        "testEnvironment: '@iris-devtester/jest', testEnvironmentOptions: { iris: { load: ['schema.sql'] } }",
      ),
      'one.test.js': TESTS,
      'two.test.js': TESTS,
    })

    const { exitCode, output } = await project.start(JEST, ['-i'], { ...home.env, ...STOP }).ended

    expect(exitCode, output).toBe(0)
  })
})
