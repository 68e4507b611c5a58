import { describe, expect, test } from 'vitest'
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
      'see.spec.ts': `import { test } from '@iris-devtester/playwright'; test('sees', ({ iris }) => { ${SEE} })`,
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
})
