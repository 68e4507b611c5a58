import { expect, test } from 'vitest'
import { RegistryHome } from '../consumer/registry-home.ts'
import { PLAYWRIGHT, playwrightProject } from './playwright-project.ts'

const STOP = { IRIS_DEVTESTER_KEEP: 'stop' }

const SPEC = `
  import { expect, test } from '@iris-devtester/playwright'
  for (const name of ['first', 'second']) {
    test(name, async ({ iris }) => {
      const found = []
      for (const table of ['Box', 'Kept']) {
        await iris.sql(\`CREATE TABLE IF NOT EXISTS \${table} (content VARCHAR(10))\`)
        await iris.sql(\`INSERT INTO \${table} (content) VALUES (?)\`, [name])
        found.push((await iris.sql(\`SELECT content FROM \${table}\`)).length)
      }
      console.log('FOUND ' + found.join(' '))
    })
  }`

const configuration = (use: string) => `
  import { defineConfig } from '@playwright/test'
  export default defineConfig({ reporter: 'list', workers: 1, use: { ${use} } })`

test.for([
  ["irisReset: 'each', irisResetExcept: 'Sample.None, Kept'", ['1 1', '1 2', '1 3', '1 4']],
  ["irisReset: 'file'", ['1 1', '2 2', '1 1', '2 2']],
] as const)('tables go back to what they were: %s', async ([use, expected]) => {
  await using home = new RegistryHome()
  using project = playwrightProject({
    'playwright.config.ts': configuration(use),
    'one.spec.ts': SPEC,
    'two.spec.ts': SPEC,
  })

  const { exitCode, output } = await project.start(PLAYWRIGHT, ['test'], { ...home.env, ...STOP }).ended

  expect(exitCode, output).toBe(0)
  expect([...output.matchAll(/FOUND (\d \d)/g)].map(([, both]) => both)).toEqual(expected)
})

test.for([
  ['file', ['2 mine', '3 mine first', '2 mine', '3 mine first']],
  ['each', ['1', '1', '1', '1']],
] as const)('what a hook before all tests of a file writes is of that file: %s', async ([reset, expected]) => {
  await using home = new RegistryHome()
  const spec = `
    import { test } from '@iris-devtester/playwright'
    test.beforeAll(async ({ iris }) => { await iris.sql("INSERT INTO Box (content) VALUES ('mine')") })
    for (const name of ['first', 'second']) {
      test(name, async ({ iris }) => {
        const rows = await iris.sql('SELECT content FROM Box ORDER BY ID')
        console.log('FOUND ' + [rows.length, ...rows.slice(1).map(({ content }) => content)].join(' '))
        await iris.sql('INSERT INTO Box (content) VALUES (?)', [name])
      })
    }
    test.afterAll(async ({ iris }) => { console.log('AFTER ' + (await iris.sql('SELECT content FROM Box')).length) })`
  using project = playwrightProject({
    'box.sql': "CREATE TABLE Box (ID IDENTITY, content VARCHAR(10));INSERT INTO Box (content) VALUES ('loaded')",
    'playwright.config.ts': `
      import { defineConfig } from '@playwright/test'
      import { irisServer } from '@iris-devtester/playwright'
      const webServer = [irisServer({ load: ['box.sql'] })]
      export default defineConfig({ reporter: 'list', workers: 1, webServer, use: { irisReset: '${reset}' } })`,
    'one.spec.ts': spec,
    'two.spec.ts': spec,
  })

  const { exitCode, output } = await project.start(PLAYWRIGHT, ['test'], { ...home.env, ...STOP }).ended

  expect(exitCode, output).toBe(0)
  expect([...output.matchAll(/FOUND (.*)/g)].map(([, all]) => all?.trim())).toEqual(expected)
  // A hook after all tests sees what the last one left.
  expect([...output.matchAll(/AFTER (\d)/g)].map(([, count]) => count)).toEqual(
    Array(2).fill(reset === 'file' ? '4' : '2'),
  )
})

test('a namespace that others use is not reset', async () => {
  await using home = new RegistryHome()
  using project = playwrightProject({
    'playwright.config.ts': configuration("irisReset: 'each', irisIsolation: 'shared'"),
    'one.spec.ts': SPEC,
  })

  const { exitCode, output } = await project.start(PLAYWRIGHT, ['test'], { ...home.env, ...STOP }).ended

  expect(exitCode).toBe(1)
  expect(output).toContain('use the namespace')
})

test('a namespace for each test file is refused, as the application under test would be in another one', async () => {
  await using home = new RegistryHome()
  using project = playwrightProject({
    'playwright.config.ts': configuration("irisIsolation: 'file'"),
    'one.spec.ts': SPEC,
  })

  const { exitCode, output } = await project.start(PLAYWRIGHT, ['test'], { ...home.env, ...STOP }).ended

  expect(exitCode).toBe(1)
  expect(output).toContain("The isolation 'file' is not possible here. The application under test starts once")
  expect(output).toContain("irisIsolation: 'worker', irisReset: 'file'")
  expect(output).not.toContain('FOUND')
})

test('a class that does not compile is an error of the set-up, with the place in its file', async () => {
  await using home = new RegistryHome()
  using project = playwrightProject({
    'playwright.config.ts': `
      import { defineConfig } from '@playwright/test'
      import { irisServer } from '@iris-devtester/playwright'
      export default defineConfig({ reporter: 'list', webServer: [irisServer({ load: ['src/*.cls'] })] })`,
    'src/a.cls': 'Class Demo.Bad\n{\n\nMethod Run()\n{\n    Set x = 1\n    foo x\n}\n\n}\n',
    'one.spec.ts': SPEC,
  })

  const { exitCode, output } = await project.start(PLAYWRIGHT, ['test'], { ...home.env, ...STOP }).ended

  expect(exitCode).toBe(1)
  expect(output).toMatch(/^.*src\/a\.cls:7:7: #1026: Invalid command : 'foo'/m)
  expect(output).not.toContain('FOUND')
})
