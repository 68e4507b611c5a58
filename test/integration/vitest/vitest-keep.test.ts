import { describe, expect, test } from 'vitest'
import { instancePath } from '../../../packages/core/src/ports/document/project-path.ts'
import { copiesIn } from '../consumer/kept-copies.ts'
import { RegistryHome } from '../consumer/registry-home.ts'
import { VITEST, vitestProject } from './vitest-project.ts'

const WARM = { IRIS_DEVTESTER_KEEP: 'warm' }

const SCHEMA =
  "CREATE TABLE Patient (ID IDENTITY, Name VARCHAR(20) UNIQUE);\nINSERT INTO Patient (Name) VALUES ('Ada');"

const config = (options: string) => `
  import { defineConfig } from 'vitest/config'
  import { iris } from '@iris-devtester/vitest'
  export default defineConfig({ plugins: [iris({ load: ['schema.sql'], ${options} })], test: { maxWorkers: 1 } })`

/** Two tests that fail, each with a patient of its own, and what a copy of them must not show. */
const FILE = `
  import { describe, expect, test } from 'vitest'
  import { connectIris } from '@iris-devtester/core/connection'
  const db = connectIris()
  const add = (name) => db.sql('INSERT INTO Patient (Name) VALUES (?)', [name])
  describe('patients', () => {
    test('fails', async () => { await add('Bob'); expect(1).toBe(2) })
    test('passes', async () => { await add('Cleo') })
    test.fails('fails as expected', async () => { await add('Dora'); expect(1).toBe(2) })
    let attempts = 0
    test('passes when it is run once more', { retry: 1 }, async () => { expect(attempts++).toBe(1) })
    test('fails in the end', { retry: 1 }, async () => { await add('Eve' + attempts++); expect(1).toBe(2) })
  })`

describe('the namespace of a failed test is kept as the test left it', () => {
  test.for([
    ['by default', '', ['Ada Bob', 'Ada Bob Cleo Dora Eve2 Eve3']],
    ['reset before each test', "reset: 'each'", ['Ada Bob', 'Ada Eve3']],
    ['made for its file', "isolation: 'file'", ['Ada Bob', 'Ada Bob Cleo Dora Eve2 Eve3']],
  ] as const)('%s', async ([, options, patients]) => {
    await using home = new RegistryHome()
    using project = vitestProject({
      'schema.sql': SCHEMA,
      'vitest.config.ts': config(`onFailure: 'keep', ${options}`),
      'one.test.ts': FILE,
    })

    const { exitCode, output } = await project.start(VITEST, ['run'], { ...home.env, ...WARM }).ended

    expect(exitCode, output).toBe(1)
    expect(output).toMatch(/Tests .*2 failed/)
    expect(await copiesIn(home, project.folder, output), output).toEqual([
      { failed: 'one.test.ts > patients > fails', isItsPage: true, patients: patients[0] },
      { failed: 'one.test.ts > patients > fails in the end', isItsPage: true, patients: patients[1] },
    ])
    expect(output).toMatch(/query {5}npx @iris-devtester\/cli sql --namespace IDT\w+K1 "SELECT …"/)
  })

  test('also by the environment, in threads, where a hook fails too', async () => {
    await using home = new RegistryHome()
    const file = `
      import { afterEach, expect, test } from 'vitest'
      import { connectIris } from '@iris-devtester/core/connection'
      afterEach(() => { throw new Error('the hook fails') })
      test('passes but for its hook', async () => {
        await using db = connectIris()
        await db.sql("INSERT INTO Patient (Name) VALUES ('Bob')")
      })`
    using project = vitestProject({
      'schema.sql': SCHEMA,
      'vitest.config.ts': config('').replace('maxWorkers: 1', "maxWorkers: 1, pool: 'threads'"),
      'one.test.ts': file,
    })

    const run = project.start(VITEST, ['run'], { ...home.env, ...WARM, IRIS_DEVTESTER_ON_FAILURE: 'keep' })
    const { output } = await run.ended

    expect(await copiesIn(home, project.folder, output), output).toEqual([
      { failed: 'one.test.ts > passes but for its hook', isItsPage: true, patients: 'Ada Bob' },
    ])
  })

  test('of one of several instances, with a command that asks that one', async () => {
    await using home = new RegistryHome()
    using project = vitestProject({
      'vitest.config.ts': `
        import { defineConfig } from 'vitest/config'
        import { iris } from '@iris-devtester/vitest'
        export default defineConfig({ plugins: [iris({ instances: { main: {}, archive: { onFailure: 'keep' } } })] })`,
      'one.test.ts': `
        import { expect, inject, test } from 'vitest'
        test('fails', () => {
          console.log('ARCHIVE ' + inject('iris').instances.archive.webPort)
          expect(1).toBe(2)
        })`,
    })

    const { exitCode, output } = await project.start(VITEST, ['run'], { ...home.env, ...WARM }).ended

    expect(exitCode, output).toBe(1)
    const webPort = /ARCHIVE (\d+)/.exec(output)?.[1]
    expect(output.match(/IRIS namespace/g), output).toHaveLength(1)
    expect(output).toContain(`http://127.0.0.1:${webPort}/csp/sys/exp/`)
    const [, namespace] = /sql --namespace (\w+) --instance archive "SELECT …"/.exec(output) ?? []
    const { containers } = await home.registry.read()
    const kept = Object.values(containers).filter((one) => one.kept !== undefined)
    expect(kept).toMatchObject([{ project_path: instancePath(project.folder, 'archive'), kept: [{ namespace }] }])
  })

  test('not on a server of the user’s own, with a warning', async () => {
    await using home = new RegistryHome()
    using project = vitestProject({
      'schema.sql': SCHEMA,
      'vitest.config.ts': config("onFailure: 'keep'"),
      'one.test.ts': FILE,
    })
    const first = await project.start(VITEST, ['run', '-t', 'passes$'], { ...home.env, ...WARM }).ended
    const [, port, webPort] = /superserver 127\.0\.0\.1:(\d+) {2}web 127\.0\.0\.1:(\d+)/.exec(first.output) ?? []
    expect(first.exitCode, first.output).toBe(0)
    const server = { IRIS_URL: `iris://test:test@127.0.0.1:${port}/USER`, IRIS_WEB_PORT: webPort }

    const { exitCode, output } = await project.start(VITEST, ['run'], { ...home.env, ...server }).ended

    expect(exitCode).toBe(1)
    expect(output).toMatch(/Tests .*2 failed/)
    expect(output.match(/KEEP_UNSUPPORTED/g)).toHaveLength(1)
    expect(output).not.toContain('IRIS namespace')
  })

  test('not without the option', async () => {
    await using home = new RegistryHome()
    using project = vitestProject({ 'schema.sql': SCHEMA, 'vitest.config.ts': config(''), 'one.test.ts': FILE })

    const { exitCode, output } = await project.start(VITEST, ['run'], { ...home.env, ...WARM }).ended

    expect(exitCode).toBe(1)
    expect(output).not.toContain('IRIS namespace')
    const { containers } = await home.registry.read()
    expect(Object.values(containers).map(({ kept }) => kept)).toEqual([undefined])
  })
})

test.for([
  ['a word that means nothing', "onFailure: 'hold'", 'The option onFailure is "hold", but must be one of keep, drop'],
  ['a name with a slip', "onFailur: 'keep'", 'Did you mean onFailure?'],
  [
    'a namespace of several workers',
    "onFailure: 'keep', isolation: 'shared'",
    'must be drop with the isolation shared',
  ],
] as const)('refused: %s', async ([, options, expected]) => {
  await using home = new RegistryHome()
  using project = vitestProject({
    'schema.sql': SCHEMA,
    'vitest.config.ts': config(options),
    'one.test.ts': FILE,
  })

  const { exitCode, output } = await project.start(VITEST, ['run'], { ...home.env, ...WARM }).ended

  expect(exitCode).toBe(1)
  expect(output).toContain(expected)
  expect(await home.containers()).toEqual([])
})
