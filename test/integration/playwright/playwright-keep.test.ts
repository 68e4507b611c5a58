import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { copiesIn } from '../consumer/kept-copies.ts'
import { RegistryHome } from '../consumer/registry-home.ts'
import { PLAYWRIGHT, playwrightProject } from './playwright-project.ts'

const WARM = { IRIS_DEVTESTER_KEEP: 'warm' }

/** Two tests that fail, each with a patient of its own; the first of them once more. */
const SPEC = `
  import { expect, test } from '@iris-devtester/playwright'
  test.describe('patients', () => {
    const add = (iris, name) => iris.sql('INSERT INTO Patient (Name) VALUES (?)', [name])
    test.beforeEach(async ({ iris }) => {
      await iris.sql('CREATE TABLE IF NOT EXISTS Patient (ID IDENTITY, Name VARCHAR(20))')
    })
    test('fails', async ({ iris }, { retry }) => { await add(iris, 'Bob' + retry); expect(1).toBe(2) })
    test('passes', async ({ iris }) => { await add(iris, 'Cleo') })
    test('fails as expected', async ({ iris }) => { test.fail(); await add(iris, 'Dora'); expect(1).toBe(2) })
    test('fails too', async ({ iris }) => { await add(iris, 'Eve'); expect(1).toBe(2) })
  })`

const configuration = ({ use = '', server = '', retries = 0 }) => `
  import { defineConfig } from '@playwright/test'
  import { irisServer } from '@iris-devtester/playwright'
  export default defineConfig({
    reporter: [['list'], ['json', { outputFile: 'report.json' }]],
    workers: 1, retries: ${retries}, use: { ${use} }, ${server} })`

/** The texts that failed tests have attached under a name. */
function attached(folder: string, name: string): string[] {
  const report = JSON.stringify(JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')))
  const bodies = [...report.matchAll(new RegExp(`{"name":"${name}","contentType":"text/plain","body":"([^"]*)"`, 'g'))]
  return bodies.map(([, body = '']) => Buffer.from(body, 'base64').toString())
}

describe('the namespace of a failed test is kept as the test left it', () => {
  test.for([
    ['by the option', { use: "irisOnFailure: 'keep'" }, ['Bob0', 'Bob0 Cleo Dora Eve']],
    ['reset before each test', { use: "irisOnFailure: 'keep', irisReset: 'each'" }, ['Bob0', 'Eve']],
    ['by irisServer', { server: "webServer: [irisServer({ onFailure: 'keep' })]" }, ['Bob0', 'Bob0 Cleo Dora Eve']],
  ] as const)('%s', async ([, options, patients]) => {
    await using home = new RegistryHome()
    using project = playwrightProject({ 'playwright.config.ts': configuration(options), 'one.spec.ts': SPEC })

    const { exitCode, output } = await project.start(PLAYWRIGHT, ['test'], { ...home.env, ...WARM }).ended

    expect(exitCode, output).toBe(1)
    expect(output).toContain('2 failed')
    const texts = attached(project.folder, 'IRIS namespace')
    expect(texts, output).toHaveLength(2)
    expect(await copiesIn(home, project.folder, texts.join('\n')), output).toEqual([
      { failed: 'one.spec.ts > patients > fails', isItsPage: true, patients: patients[0] },
      { failed: 'one.spec.ts > patients > fails too', isItsPage: true, patients: patients[1] },
    ])
    // In the terminal too.
    for (const text of texts) expect(output).toContain(text.split('\n').at(-1))
  })

  test('by the environment, once, when its last attempt fails', async () => {
    await using home = new RegistryHome()
    using project = playwrightProject({
      'playwright.config.ts': configuration({ retries: 1 }),
      'one.spec.ts': SPEC,
    })

    const env = { ...home.env, ...WARM, IRIS_DEVTESTER_ON_FAILURE: 'keep' }
    const { output } = await project.start(PLAYWRIGHT, ['test', '-g', 'fails$'], env).ended

    const texts = attached(project.folder, 'IRIS namespace').join('\n')
    expect(await copiesIn(home, project.folder, texts), output).toEqual([
      { failed: 'one.spec.ts > patients > fails', isItsPage: true, patients: 'Bob0 Bob1' },
    ])
  })

  test.for([
    ['not without the option', {}],
    [
      'not where a project says so',
      { use: "irisOnFailure: 'drop'", server: "webServer: [irisServer({ onFailure: 'keep' })]" },
    ],
  ] as const)('%s', async ([, options]) => {
    await using home = new RegistryHome()
    using project = playwrightProject({ 'playwright.config.ts': configuration(options), 'one.spec.ts': SPEC })

    const { exitCode, output } = await project.start(PLAYWRIGHT, ['test'], { ...home.env, ...WARM }).ended

    expect(exitCode).toBe(1)
    expect(output).toContain('2 failed')
    expect(attached(project.folder, 'IRIS namespace')).toEqual([])
    const { containers } = await home.registry.read()
    expect(Object.values(containers).map(({ kept }) => kept)).toEqual([undefined])
  })

  test('not where others use it: the reason is in the output', async () => {
    await using home = new RegistryHome()
    using project = playwrightProject({
      'playwright.config.ts': configuration({ use: "irisOnFailure: 'keep', irisIsolation: 'shared'" }),
      'one.spec.ts': SPEC,
    })

    const { output } = await project.start(PLAYWRIGHT, ['test', '-g', 'fails$'], { ...home.env, ...WARM }).ended

    expect(output).toContain("USER was not kept as the failed test left it: it isn't one worker's own")
  })

  test('a word that means nothing is refused', async () => {
    await using home = new RegistryHome()
    using project = playwrightProject({
      'playwright.config.ts': configuration({ use: "irisOnFailure: 'hold'" }),
      'one.spec.ts': SPEC,
    })

    const { exitCode, output } = await project.start(PLAYWRIGHT, ['test'], { ...home.env, ...WARM }).ended

    expect(exitCode).toBe(1)
    expect(output).toContain('The option irisOnFailure is "hold", but must be one of keep, drop.')
  })
})

test('a project without IRIS knows nothing of it', async () => {
  await using home = new RegistryHome()
  using project = playwrightProject({
    'playwright.config.ts': configuration({ use: "irisOnFailure: 'keep'" }),
    'one.spec.ts': `
      import { expect, test } from '@iris-devtester/playwright'
      test('fails', () => expect(1).toBe(2))`,
  })

  const { exitCode } = await project.start(PLAYWRIGHT, ['test'], { ...home.env, ...WARM }).ended

  expect(exitCode).toBe(1)
  expect(readdirSync(home.folder).filter((name) => name.endsWith('.jsonl'))).toEqual([])
  expect(await home.containers()).toEqual([])
})
