import { describe, expect, test } from 'vitest'
import { NODE_RANGE } from '../../machine/port-ranges.ts'
import { RegistryHome } from '../consumer/registry-home.ts'
import { APP, configuration, PLAYWRIGHT, playwrightProject, SEE, seenIn } from './playwright-project.ts'

const STOP = { IRIS_DEVTESTER_KEEP: 'stop' }

/** A test that holds its worker until the other one runs too. */
const meeting = (own: string, other: string) => `
  import { existsSync, writeFileSync } from 'node:fs'
  import { expect, test } from '@iris-devtester/playwright'
  import { connectIris } from '@iris-devtester/core/connection'
  import { seenAtImport } from './app.ts'
  test('has the table to itself', async ({ iris }) => {
    await iris.sql('CREATE TABLE Box (content VARCHAR(10))')
    const own = connectIris()
    await own.sql('INSERT INTO Box VALUES (?)', ['${own}'])
    await own.close()
    writeFileSync('${own}', '')
    await expect.poll(() => existsSync('${other}'), { timeout: 20_000 }).toBe(true)
    expect(await iris.sql('SELECT content FROM Box')).toEqual([{ content: '${own}' }])
    console.log('SEEN ' + JSON.stringify({ port: iris.port, namespace: iris.namespace, seenAtImport, url: process.env.IRIS_URL }))
  })`

const SEES = `import { test } from '@iris-devtester/playwright'; test('sees', ({ iris }) => { ${SEE} })`

const SLOW = `
  import { test } from '@iris-devtester/playwright'
  test('slow', async ({ iris }) => { console.log('RUNNING'); await new Promise((done) => setTimeout(done, 25_000)) })`

/** Two tests for one place in the run: the first fails, which ends its worker. */
const RESTART = `
  import { createRequire } from 'node:module'
  import { expect, test } from '@iris-devtester/playwright'
  test('fails', async ({ iris }) => {
    await iris.sql('CREATE TABLE Box (content VARCHAR(10))')
    await iris.sql('INSERT INTO Box VALUES (?)', ['kept'])
    ${SEE}
    throw new Error('on purpose')
  })
  test('finds what the worker before it left', async ({ iris }) => {
    ${SEE}
    expect(await iris.sql('SELECT content FROM Box')).toEqual([{ content: 'kept' }])
    const loaded = Object.keys(createRequire(import.meta.url).cache)
    expect(loaded.filter((path) => /dockerode|testcontainers|docker-modem/.test(path))).toEqual([])
  })`

describe('a project that only imports test', () => {
  test('gets an IRIS when a test asks, and keeps its namespace when a worker restarts', async () => {
    await using home = new RegistryHome()
    using project = playwrightProject({ 'restart.spec.ts': RESTART })

    const { exitCode, output } = await project.start(PLAYWRIGHT, ['test', '--workers=1'], { ...home.env, ...STOP })
      .ended

    expect(exitCode, output).toBe(1)
    expect(output).toContain('1 failed')
    expect(output).toContain('1 passed')
    const seen = seenIn(output)
    expect(seen.map(({ worker }) => worker)).toEqual(['0', '1'])
    expect(new Set(seen.map(({ namespace }) => namespace)).size).toBe(1)
    expect(output.match(/IRIS ready/g)).toHaveLength(1)
    expect(await home.untilClean(), home.reaperLog()).toEqual([])
  })

  test('runs at the same time as another, each with its own container on its own ports', async () => {
    await using home = new RegistryHome()
    const files = {
      'see.spec.ts': SEES,
    }
    using one = playwrightProject(files)
    using other = playwrightProject(files)

    const runs = [one, other].map((project) => project.start(PLAYWRIGHT, ['test'], home.env).ended)
    const outcomes = await Promise.all(runs)

    expect(
      outcomes.map(({ exitCode }) => exitCode),
      outcomes[0]?.output,
    ).toEqual([0, 0])
    const ports = outcomes.map(({ output }) => seenIn(output)[0]?.port)
    expect(new Set(ports).size).toBe(2)

    const again = await one.start(PLAYWRIGHT, ['test'], home.env).ended
    expect(seenIn(again.output)[0]?.port).toBe(ports[0])
    expect(again.output).toMatch(/IRIS ready .* warm/)
  })

  test('leaves nothing when the runner is killed', async () => {
    await using home = new RegistryHome()
    using project = playwrightProject({ 'slow.spec.ts': SLOW })
    const run = project.start(PLAYWRIGHT, ['test'], { ...home.env, ...STOP })
    await expect.poll(() => run.output, { timeout: 30_000 }).toContain('RUNNING')

    run.signal('SIGKILL')
    await run.ended

    expect(await home.untilClean(), home.reaperLog()).toEqual([])
  })

  test('says in the report of each test why there is no IRIS', async () => {
    await using home = new RegistryHome()
    using project = playwrightProject({ 'one.spec.ts': SEES, 'two.spec.ts': SEES })

    const { exitCode, output } = await project.start(PLAYWRIGHT, ['test', '--workers=1'], {
      ...home.env,
      IRIS_IMAGE: 'iris-devtester/no-such-image:1',
    }).ended

    expect(exitCode).toBe(1)
    expect(output.match(/The image iris-devtester\/no-such-image:1 is not on this machine/g)).toHaveLength(2)
    expect(await home.untilClean()).toEqual([])
  })
})

describe('irisServer', () => {
  test.for([1, 2])(
    'gives two workers two namespaces, set before their code is imported, with %i ahead',
    async (workers) => {
      await using home = new RegistryHome()
      using project = playwrightProject({
        'playwright.config.ts': configuration({ server: `irisServer({ workers: ${workers} })`, more: 'workers: 2' }),
        'app.ts': APP,
        'one.spec.ts': meeting('one', 'two'),
        'two.spec.ts': meeting('two', 'one'),
      })

      const { exitCode, output } = await project.start(PLAYWRIGHT, ['test'], { ...home.env, ...STOP }).ended

      expect(exitCode, output).toBe(0)
      const seen = seenIn(output)
      expect(new Set(seen.map(({ namespace }) => namespace)).size).toBe(2)
      for (const { url, port, namespace, seenAtImport } of seen) {
        expect(url).toContain(`:${port}/${namespace}`)
        if (workers === 2) expect(seenAtImport).toMatchObject({ port: String(port), namespace })
      }
      expect(await home.leftovers()).toEqual([])
    },
  )

  test('brings IRIS up before the application under test, which finds it and its own reserved port', async () => {
    await using home = new RegistryHome()
    const files = {
      'playwright.config.ts': configuration({
        server:
          "irisServer(), { command: 'node app.mjs', port: await appPort(), env: { PORT: String(await appPort()) } }",
        more: "use: { baseURL: 'http://localhost:' + (await appPort()) }",
      }),
      'app.mjs': `
        import { createServer } from 'node:http'
        import { connectIris } from '@iris-devtester/core/connection'
        const iris = connectIris()
        await iris.sql('CREATE TABLE Box (content VARCHAR(10))')
        createServer((request, response) => response.end(iris.namespace)).listen(process.env.PORT)`,
      'app.spec.ts': `
        import { expect, test } from '@iris-devtester/playwright'
        import { appPort } from '@iris-devtester/playwright'
        test('asks the application', async ({ iris, request, baseURL }) => {
          expect(await (await request.get('/')).text()).toBe(iris.namespace)
          expect(await iris.sql('SELECT content FROM Box')).toEqual([])
          console.log('PORT ' + baseURL + ' ' + await appPort())
        })`,
    }
    using one = playwrightProject(files)
    using other = playwrightProject(files)

    const env = { ...home.env, ...STOP, IRIS_DEVTESTER_NODE_PORT_RANGE: NODE_RANGE.join('-') }
    const runs = [one, other].map((project) => project.start(PLAYWRIGHT, ['test'], env).ended)
    const outcomes = await Promise.all(runs)
    // From another folder, a project is still the folder of its configuration.
    const again = await one.start(PLAYWRIGHT, ['test', '-c', one.folder], env, '/').ended

    for (const { exitCode, output } of [...outcomes, again]) expect(exitCode, output).toBe(0)
    const ports = [...outcomes, again].map(({ output }) => /PORT http:\/\/localhost:(3\d\d\d) \1\n/.exec(output)?.[1])
    expect(new Set(ports.slice(0, 2)).size).toBe(2)
    expect(ports[2]).toBe(ports[0])
    expect(await home.leftovers()).toEqual([...ports.slice(0, 2)].sort().map((port) => `port ${port}`))
  })

  test.for(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)('ends with the runner, by %s', async (signal) => {
    await using home = new RegistryHome()
    using project = playwrightProject({
      'playwright.config.ts': configuration(),
      'slow.spec.ts': SLOW,
    })
    const run = project.start(PLAYWRIGHT, ['test'], { ...home.env, ...STOP })
    await expect.poll(() => run.output, { timeout: 30_000 }).toContain('RUNNING')

    run.signal(signal)
    await run.ended

    if (signal === 'SIGINT') expect(await home.leftovers()).toEqual([])
    expect(await home.untilClean(), home.reaperLog()).toEqual([])
  })

  test('ends with the runner that is interrupted while IRIS starts', async () => {
    await using home = new RegistryHome()
    using project = playwrightProject({
      'playwright.config.ts': configuration({ server: "irisServer({ environment: { STANDIN_BOOT_MS: '20000' } })" }),
      'see.spec.ts': SEES,
    })
    const run = project.start(PLAYWRIGHT, ['test'], { ...home.env, ...STOP })
    await expect.poll(() => run.output, { timeout: 30_000 }).toContain('booting')
    await expect.poll(() => home.containers()).toHaveLength(1)

    run.signal('SIGINT')
    const { exitCode } = await run.ended

    expect(exitCode).not.toBe(0)
    expect(await home.leftovers()).toEqual([])
  })

  test('that can not have its image is one clear message, and nothing is left', async () => {
    await using home = new RegistryHome()
    using project = playwrightProject({
      'playwright.config.ts': configuration({ server: "irisServer({ image: 'iris-devtester/no-such-image:1' })" }),
      'see.spec.ts': SEES,
    })

    const { exitCode, output } = await project.start(PLAYWRIGHT, ['test'], home.env).ended

    expect(exitCode).not.toBe(0)
    expect(output.match(/The image iris-devtester\/no-such-image:1 is not on this machine/g)).toHaveLength(1)
    expect(output).toContain('docker pull iris-devtester/no-such-image:1')
    expect(seenIn(output)).toEqual([])
    expect(await home.leftovers()).toEqual([])
  })

  test('starts nothing when tests are listed', async () => {
    await using home = new RegistryHome()
    using project = playwrightProject({
      'playwright.config.ts': configuration(),
      'see.spec.ts': SEES,
    })

    const { exitCode, output } = await project.start(PLAYWRIGHT, ['test', '--list'], home.env).ended

    expect(exitCode, output).toBe(0)
    expect(output).toContain('sees')
    expect(await home.leftovers()).toEqual([])
  })
})

describe('beside what the user has', () => {
  test('fixtures, a merged test, a global set-up and a reporter work, and a failure brings the log once', async () => {
    await using home = new RegistryHome()
    using project = playwrightProject({
      'playwright.config.ts': `
        import { defineConfig } from '@playwright/test'
        export default defineConfig({
          reporter: [['list'], ['./mine.ts']],
          globalSetup: ['@iris-devtester/playwright/global-setup', './setup.ts'],
          use: { irisIsolation: 'shared', irisKeep: 'stop' },
        })`,
      'mine.ts': `export default class {
        onTestEnd(_, { attachments }) { for (const { name, body } of attachments) console.log('MINE', name, body?.toString()) }
        printsToStdio() { return false }
      }`,
      'setup.ts': `export default () => { console.log('SET UP WITH ' + process.env.IRIS_NAMESPACE); return () => console.log('TORN DOWN') }`,
      'own.spec.ts': `
        import { expect, mergeTests, test as base } from '@playwright/test'
        import { irisFixtures, test as iris } from '@iris-devtester/playwright'
        const other = base.extend({ greeting: ['hello', { option: true }] })
        const merged = mergeTests(iris, other)
        const extended = base.extend({ ...irisFixtures(), twice: async ({ iris }, use) => use(() => iris.sql('SELECT 2 AS n')) })
        merged('merged', async ({ iris, greeting }) => { expect([iris.namespace, greeting]).toEqual(['USER', 'hello']) })
        extended('extended', async ({ twice }) => { expect(await twice()).toEqual([{ n: 2 }]) })
        merged('fails', () => { throw new Error('on purpose') })
        merged('fails too', () => { throw new Error('on purpose') })`,
    })

    const { exitCode, output } = await project.start(PLAYWRIGHT, ['test', '--workers=1'], home.env).ended

    expect(exitCode).toBe(1)
    expect(output).toContain('2 passed')
    expect(output).toContain('2 failed')
    expect(output).toContain('MINE IRIS log')
    expect(output).toContain('SET UP WITH USER')
    expect(output).toContain('TORN DOWN')
    expect(output.match(/attachment #\d+: IRIS log/g)).toHaveLength(1)
    expect(output).toMatch(/\.\.\.started InterSystems IRIS instance/)
    expect(await home.leftovers()).toEqual([])
  })
})
