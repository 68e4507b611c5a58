import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import { describe, expect, test } from 'vitest'
import { RegistryHome } from '../consumer/registry-home.ts'
import { configuration, PLAYWRIGHT, playwrightProject, SEE, seenIn } from './playwright-project.ts'

const STOP = { IRIS_DEVTESTER_KEEP: 'stop' }
const SEES = `import { test } from '@iris-devtester/playwright'; test('sees', ({ iris }) => { ${SEE} })`

function projects(body: string): string {
  return `
    import { defineConfig } from '@playwright/test'
    export default defineConfig({ reporter: 'list', workers: 2, projects: ${body} })`
}

describe('projects with different options', () => {
  test('each see what they asked for, beside one that asks for nothing', async () => {
    await using home = new RegistryHome()
    using project = playwrightProject({
      'see.spec.ts': SEES,
      'playwright.config.ts': projects(`[
        { name: 'a', use: { irisNamespace: 'AAA', irisIsolation: 'shared' } },
        { name: 'b', use: { irisNamespace: 'BBB', irisIsolation: 'shared' } },
        { name: 'c' }]`),
    })

    const { exitCode, output } = await project.start(PLAYWRIGHT, ['test'], { ...home.env, ...STOP }).ended

    expect(exitCode, output).toBe(0)
    const seen = seenIn(output)
    expect(seen.map(({ namespace }) => namespace.replace(/^IDT.*/, 'IDT')).sort()).toEqual(['AAA', 'BBB', 'IDT'])
    for (const { namespace, url } of seen) expect(url).toMatch(new RegExp(`/${namespace}$`))
    expect(new Set(seen.map(({ port }) => port)).size).toBe(1)
    expect(await home.untilClean(), home.reaperLog()).toEqual([])
  })

  test('in an instance each run side by side', async () => {
    await using home = new RegistryHome()
    using project = playwrightProject({
      'see.spec.ts': SEES,
      'playwright.config.ts': projects("[{ name: 'a' }, { name: 'b', use: { irisInstance: 'second' } }]"),
    })

    const { exitCode, output } = await project.start(PLAYWRIGHT, ['test'], { ...home.env, ...STOP }).ended

    expect(exitCode, output).toBe(0)
    expect(new Set(seenIn(output).map(({ port }) => port)).size).toBe(2)
    expect(await home.untilClean(), home.reaperLog()).toEqual([])
  })

  test('what irisServer was given counts where a project says nothing else', async () => {
    await using home = new RegistryHome()
    using project = playwrightProject({
      'see.spec.ts': SEES,
      'playwright.config.ts': configuration({
        server: "irisServer({ namespace: 'AAA', isolation: 'shared' })",
        more: "projects: [{ name: 'a' }, { name: 'b', use: { irisNamespace: 'BBB' } }]",
      }),
    })

    const { exitCode, output } = await project.start(PLAYWRIGHT, ['test'], { ...home.env, ...STOP }).ended

    expect(exitCode, output).toBe(0)
    expect(
      seenIn(output)
        .map(({ namespace }) => namespace)
        .sort(),
    ).toEqual(['AAA', 'BBB'])
    expect(await home.untilClean(), home.reaperLog()).toEqual([])
  })
})

test('a set-up project prepares what the projects that depend on it find', async () => {
  await using home = new RegistryHome()
  using project = playwrightProject({
    'data.setup.ts': `
      import { test } from '@iris-devtester/playwright'
      test('data', async ({ iris }) => {
        await iris.sql('CREATE TABLE Box (content VARCHAR(10))')
        await iris.sql('INSERT INTO Box VALUES (?)', ['ready'])
      })`,
    'uses.spec.ts': `
      import { expect, test } from '@iris-devtester/playwright'
      test('uses', async ({ iris }) => {
        expect(await iris.sql('SELECT content FROM Box')).toEqual([{ content: 'ready' }])
      })`,
    'playwright.config.ts': projects(`[
      { name: 'data', testMatch: 'data.setup.ts', use: { irisIsolation: 'run' } },
      { name: 'uses', testMatch: 'uses.spec.ts', dependencies: ['data'], use: { irisIsolation: 'run' } }]`),
  })

  const { exitCode, output } = await project.start(PLAYWRIGHT, ['test'], { ...home.env, ...STOP }).ended

  expect(exitCode, output).toBe(0)
  expect(output).toContain('2 passed')
  expect(await home.untilClean(), home.reaperLog()).toEqual([])
})

test('projects that depend on each other in a circle are refused by Playwright before anything is started', async () => {
  await using home = new RegistryHome()
  using project = playwrightProject({
    'see.spec.ts': SEES,
    'playwright.config.ts': projects("[{ name: 'a', dependencies: ['b'] }, { name: 'b', dependencies: ['a'] }]"),
  })

  const { exitCode, output } = await project.start(PLAYWRIGHT, ['test'], { ...home.env, ...STOP }).ended

  expect(exitCode).toBe(1)
  expect(output).toMatch(/circular dependency/i)
  expect(await home.leftovers()).toEqual([])
})

test('an application that runs already is used again, beside an IRIS of the run', async () => {
  await using home = new RegistryHome()
  const application = createServer((_, response) => response.end('mine')).listen(0, '127.0.0.1')
  await once(application, 'listening')
  const { port } = application.address() as AddressInfo
  using project = playwrightProject({
    'asks.spec.ts': `
      import { expect, test } from '@iris-devtester/playwright'
      test('asks', async ({ iris, request }) => {
        expect(await (await request.get('http://127.0.0.1:${port}/')).text()).toBe('mine')
        expect(await iris.sql('SELECT 1 AS one')).toEqual([{ one: 1 }])
      })`,
    'playwright.config.ts': configuration({
      server: `irisServer(), { command: 'exit 1', url: 'http://127.0.0.1:${port}/', reuseExistingServer: true }`,
    }),
  })

  const { exitCode, output } = await project.start(PLAYWRIGHT, ['test'], { ...home.env, ...STOP }).ended
  application.close()

  expect(exitCode, output).toBe(0)
  expect(await home.untilClean(), home.reaperLog()).toEqual([])
})

test('several instances are there by name for tests', async () => {
  await using home = new RegistryHome()
  using project = playwrightProject({
    'two.spec.ts': `
      import { connectIris } from '@iris-devtester/core/connection'
      import { expect, test } from '@iris-devtester/playwright'
      test('two servers', async ({ iris }) => {
        const archive = connectIris('archive')
        expect(archive.port).not.toBe(iris.port)
        await iris.sql('CREATE TABLE Box (content VARCHAR(10))')
        await expect(archive.sql('SELECT * FROM Box')).rejects.toThrow()
        await archive.close()
      })`,
    'playwright.config.ts': configuration({
      server: 'irisServer({ instances: { main: {}, archive: { memoryMb: 700 } } })',
    }),
  })

  const { exitCode, output } = await project.start(PLAYWRIGHT, ['test'], { ...home.env, ...STOP }).ended

  expect(exitCode, output).toBe(0)
  expect(await home.untilClean(), home.reaperLog()).toEqual([])
})

test('shards at once share the container and see their own namespaces', async () => {
  await using home = new RegistryHome()
  using project = playwrightProject({ 'a.spec.ts': SEES, 'b.spec.ts': SEES })

  const shards = ['1/2', '2/2'].map(
    (shard) =>
      project.start(PLAYWRIGHT, ['test', `--shard=${shard}`, `--output=out-${shard[0]}`], { ...home.env, ...STOP })
        .ended,
  )
  const outcomes = await Promise.all(shards)

  expect(
    outcomes.map(({ exitCode }) => exitCode),
    outcomes.map(({ output }) => output).join(),
  ).toEqual([0, 0])
  const seen = outcomes.flatMap(({ output }) => seenIn(output))
  expect(new Set(seen.map(({ port }) => port)).size).toBe(1)
  expect(new Set(seen.map(({ namespace }) => namespace)).size).toBe(2)
  expect(await home.untilClean(), home.reaperLog()).toEqual([])
})

test('UI mode on a terminal serves one run after the other from one container, which Ctrl-C removes', async () => {
  await using home = new RegistryHome()
  using project = playwrightProject({
    'see.spec.ts': `
      import { appendFileSync } from 'node:fs'
      import { test } from '@iris-devtester/playwright'
      test('sees', async ({ iris }) => {
        await iris.sql('SELECT 1')
        appendFileSync('seen.txt', iris.port + '\\n')
      })`,
    'playwright.config.ts': configuration(),
  })
  const seen = () =>
    readFileSync(join(project.folder, 'seen.txt'), { encoding: 'utf8', flag: 'a+' }).match(/\d+/g) ?? []
  const run = project.startOnTerminal(PLAYWRIGHT, ['test', '--ui-host=127.0.0.1', '--ui-port=0'], {
    ...home.env,
    ...STOP,
  })
  const address = /http:\/\/127\.0\.0\.1:\d+/
  await expect.poll(() => run.output, { timeout: 30_000 }).toMatch(address)
  const executablePath = process.env.IRIS_TEST_CHROMIUM ?? '/usr/bin/chromium'
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  try {
    const page = await browser.newPage()
    await page.goto(String(run.output.match(address)))
    for (const runs of [1, 2]) {
      await page.getByRole('button', { name: 'Run all' }).click({ timeout: 30_000 })
      await expect.poll(() => seen().length, { timeout: 60_000 }).toBe(runs)
    }
    expect(new Set(seen()).size).toBe(1)
    expect(await home.containers()).toMatchObject([{ State: 'running' }])
  } finally {
    await browser.close()
    run.type('\x03')
  }
  expect((await run.ended).exitCode, run.output).toBe(130)
  expect(await home.untilClean(), home.reaperLog()).toEqual([])
})
