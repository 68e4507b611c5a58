import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { RegistryHome } from '../consumer/registry-home.ts'
import { VITEST, vitestProject } from './vitest-project.ts'

const STOP = { IRIS_DEVTESTER_KEEP: 'stop' }

const SCHEMA = `CREATE TABLE Patient (ID IDENTITY, Name VARCHAR(20) UNIQUE);
INSERT INTO Patient (Name) VALUES ('Ada');
INSERT INTO Patient (Name) VALUES ('Bob');
CREATE TABLE Country (Name VARCHAR(20));`

const config = (options: string) => `
  import { defineConfig } from 'vitest/config'
  import { iris } from '@iris-devtester/vitest'
  export default defineConfig({ plugins: [iris({ load: ['schema.sql'], ${options} })], test: { maxWorkers: 1 } })`

/** Two tests that each find the two patients, if the one before has left nothing. */
const tests = (found: string) => `
  import { expect, test } from '@iris-devtester/vitest/test'
  for (const name of ['first', 'second']) {
    test(name, async ({ sql }) => {
      await sql("INSERT INTO Country (Name) VALUES ('x')")
      await sql("UPDATE Patient SET Name = 'Eve' WHERE Name = 'Bob'")
      await sql("INSERT INTO Patient (Name) VALUES ('Cleo " + name + "')")
      const [{ n }] = await sql('SELECT COUNT(*) AS n FROM Patient')
      const [{ countries }] = await sql('SELECT COUNT(*) AS countries FROM Country')
      console.log('FOUND ' + [n, countries].join(' '))
      ${found}
    })
  }`

const found = (output: string) => [...output.matchAll(/FOUND (\d+ \d+)/g)].map(([, numbers]) => numbers)

describe('tables go back to what they were after set-up', () => {
  test.for([
    ['by default before each file', '', ['3 1', '4 2', '3 1', '4 2']],
    ['before each test', "reset: 'each', resetExcept: ['Country']", ['3 1', '3 2', '3 3', '3 4']],
    ['never', 'reset: false', ['3 1', '4 2', '3 1', '4 2']],
  ] as const)('%s', async ([, options, expected]) => {
    await using home = new RegistryHome()
    const file = tests(
      options.includes('false') ? 'await sql("DELETE FROM Patient WHERE Name %STARTSWITH \'Cleo\'")' : '',
    )
    using project = vitestProject({
      'schema.sql': SCHEMA,
      'vitest.config.ts': config(options),
      'one.test.ts': file,
      'two.test.ts': file,
    })

    const { exitCode, output } = await project.start(VITEST, ['run'], { ...home.env, ...STOP }).ended

    expect(exitCode, output).toBe(0)
    if (options.includes('false')) expect(found(output)).toEqual(['3 1', '3 2', '3 3', '3 4'])
    else expect(found(output)).toEqual(expected)
  })

  test.for([
    ['file', ['3 1', '4 2', '3 1', '4 2']],
    ['each', ['3 1', '3 1', '3 1', '3 1']],
  ] as const)('also where a worker keeps its modules: %s', async ([reset, expected]) => {
    await using home = new RegistryHome()
    const file = tests('')
    using project = vitestProject({
      'schema.sql': SCHEMA,
      'vitest.config.ts': config(`reset: '${reset}'`),
      'one.test.ts': file,
      'two.test.ts': file,
    })

    const { exitCode, output } = await project.start(VITEST, ['run', '--no-isolate'], { ...home.env, ...STOP }).ended

    expect(exitCode, output).toBe(0)
    expect(found(output)).toEqual(expected)
  })

  test('a test beside others of its file is refused, rather than run without their rows', async () => {
    await using home = new RegistryHome()
    using project = vitestProject({
      'schema.sql': SCHEMA,
      'vitest.config.ts': config("reset: 'each'"),
      'one.test.ts': `
        import { test } from '@iris-devtester/vitest/test'
        test.concurrent('a', () => {})
        test.concurrent('b', () => {})
        test('alone', () => {})`,
    })

    const { exitCode, output } = await project.start(VITEST, ['run'], { ...home.env, ...STOP }).ended

    expect(exitCode).toBe(1)
    expect(output).toContain('The test runs beside others of its file in the namespace')
    expect(output).toMatch(/2 failed.*1 passed/)
  })

  test('a rerun in watch mode starts with them too', async () => {
    await using home = new RegistryHome()
    const insert = `
      import { test } from '@iris-devtester/vitest/test'
      test('inserts', async ({ sql }) => { await sql("INSERT INTO Patient (Name) VALUES ('Cleo')"); console.log('INSERTED') })`
    using project = vitestProject({
      'schema.sql': SCHEMA,
      'vitest.config.ts': config(''),
      'one.test.ts': insert,
    })
    const run = project.start(VITEST, ['--watch'], { ...home.env, ...STOP })
    const inserted = () => run.output.match(/INSERTED/g)?.length
    await expect.poll(inserted).toBe(1)
    await sleep(500)
    project.write('one.test.ts', `${insert}\n// again`)
    await expect.poll(inserted).toBe(2)
    run.signal('SIGINT')
    await run.ended
  })

  test('a changed file of load is loaded anew, and its change reruns the tests', async () => {
    await using home = new RegistryHome()
    using project = vitestProject({
      'schema.sql': SCHEMA,
      'vitest.config.ts': config(''),
      'one.test.ts': `
        import { test } from '@iris-devtester/vitest/test'
        test('shows', async ({ sql }) => {
          const rows = await sql('SELECT Name FROM Patient ORDER BY ID')
          console.log('NAMES ' + rows.map(({ Name }) => Name).join(' '))
        })`,
    })
    const run = project.start(VITEST, ['--watch'], { ...home.env, ...STOP })
    const names = () => [...run.output.matchAll(/NAMES (.*)/g)].map(([, found]) => found?.trim())
    await expect.poll(names).toEqual(['Ada Bob'])
    await sleep(500)
    project.write('schema.sql', SCHEMA.replace('Bob', 'Zoe'))
    await expect.poll(names).toEqual(['Ada Bob', 'Ada Zoe'])
    await sleep(500)
    project.write('schema.sql', 'CREATE NONSENSE')
    await expect.poll(() => run.output).toContain('schema.sql, line 1: IRIS refused the statement')
    run.signal('SIGINT')
    await run.ended
  })

  test('so does one of a single instance, also from a folder beside the project', async () => {
    await using home = new RegistryHome()
    using project = vitestProject({
      'shared/schema.sql': SCHEMA,
      'app/vitest.config.ts': `
        import { defineConfig } from 'vitest/config'
        import { iris } from '@iris-devtester/vitest'
        export default defineConfig({
          plugins: [iris({ instances: { main: {}, archive: { load: ['../shared/schema.sql'] } } })],
          test: { maxWorkers: 1 },
        })`,
      'app/one.test.ts': `
        import { connectIris } from '@iris-devtester/core/connection'
        import { inject, test } from 'vitest'
        test('shows', async () => {
          await using db = connectIris(inject('iris').instances.archive)
          const rows = await db.sql('SELECT Name FROM Patient ORDER BY ID')
          console.log('NAMES ' + rows.map(({ Name }) => Name).join(' '))
        })`,
    })
    const run = project.start(VITEST, ['--watch', '--root', 'app'], { ...home.env, ...STOP })
    const names = () => [...run.output.matchAll(/NAMES (.*)/g)].map(([, found]) => found?.trim())
    await expect.poll(names, { timeout: 20_000 }).toEqual(['Ada Bob'])
    await sleep(500)
    project.write('shared/schema.sql', SCHEMA.replace('Bob', 'Zoe'))
    await expect.poll(names, { timeout: 20_000 }).toEqual(['Ada Bob', 'Ada Zoe'])
    run.signal('SIGINT')
    await run.ended
  })

  test('one namespace for all workers is not reset under them', async () => {
    await using home = new RegistryHome()
    using project = vitestProject({
      'schema.sql': SCHEMA,
      'vitest.config.ts': config("reset: 'each', isolation: 'run', workers: 2"),
      'one.test.ts': tests(''),
    })

    const { exitCode, output } = await project.start(VITEST, ['run'], { ...home.env, ...STOP }).ended

    expect(exitCode).toBe(1)
    expect(output).toContain('The option reset is "each", but must be false with the isolation run')
    expect(await home.containers()).toEqual([])
  })
})
