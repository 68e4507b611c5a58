import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { connectionInfo } from '../../../packages/core/src/connection/connection-info.ts'
import { IrisConnection } from '../../../packages/core/src/connection/iris-connection.ts'
import { SUPERSERVER_RANGE, WEB_RANGE } from '../../machine/port-ranges.ts'
import { RegistryHome } from '../consumer/registry-home.ts'
import {
  APP,
  config,
  ENVIRONMENT,
  JEST,
  jestProject,
  meeting,
  PRESET,
  SEE,
  SEE_SHARED,
  seenIn,
} from './jest-project.ts'

const STOP = { IRIS_DEVTESTER_KEEP: 'stop' }
const WAYS = [
  ['environment', ENVIRONMENT],
  ['preset', PRESET],
] as const

describe('one line of configuration', () => {
  test.for(WAYS)('runs two projects at once, each on its own ports: %s', async ([, configuration]) => {
    await using home = new RegistryHome()
    const files = { 'app.js': APP, 'see.test.js': SEE, 'jest.config.js': configuration }
    using one = jestProject(files)
    using other = jestProject(files)
    const before = readdirSync(one.folder).sort()

    const outcomes = await Promise.all([one, other].map((project) => project.start(JEST, [], home.env).ended))

    const seen = outcomes.map(({ exitCode, output }) => {
      expect(exitCode, output).toBe(0)
      return seenIn(output)[0]
    })
    expect(new Set(seen.map((each) => each?.port)).size).toBe(2)
    for (const each of seen) {
      expect(each?.seenAtLoad).toBe(each?.namespace)
      expect(each?.inherited).toBe(each?.namespace)
      expect(each?.url).toMatch(new RegExp(`:${each?.port}/${each?.namespace}$`))
    }
    expect(readdirSync(one.folder).sort()).toEqual(before)

    const again = await one.start(JEST, [], home.env).ended
    expect(again.exitCode, again.output).toBe(0)
    expect(again.output).toMatch(/IRIS ready .* warm/)
    expect(seenIn(again.output)[0]?.port).toBe(seen[0]?.port)
  })

  test.for(WAYS)('gives two workers two namespaces, and drops them: %s', async ([, configuration]) => {
    await using home = new RegistryHome()
    using project = jestProject({
      'one.test.js': meeting('one', 'two'),
      'two.test.js': meeting('two', 'one'),
      'jest.config.js': configuration,
    })
    const place = mkdtempSync(join(tmpdir(), 'iris-meeting-'))

    const { exitCode, output } = await project.start(JEST, ['-w', '2'], { ...home.env, MEETING: place }).ended

    rmSync(place, { recursive: true })
    expect(exitCode, output).toBe(0)
    const [first, second] = seenIn(output)
    expect(first?.port).toBe(second?.port)
    expect(first?.namespace).not.toBe(second?.namespace)
    expect(output.match(/IRIS ready/g)).toHaveLength(1)
    await expect.poll(() => ownNamespaces(first?.port as number), { timeout: 10_000 }).toEqual([])
    await expect.poll(async () => (await home.registry.read()).leases).toEqual([])
  })

  test('leaves nothing where it is to be stopped, without a reaper', async () => {
    await using home = new RegistryHome()
    using project = jestProject({ 'app.js': APP, 'see.test.js': SEE, 'jest.config.js': PRESET })

    const env = { ...home.env, ...STOP, IRIS_DEVTESTER_REAPER: '0' }
    const { exitCode, output } = await project.start(JEST, [], env).ended

    expect(exitCode, output).toBe(0)
    expect(output).not.toContain('did not exit')
    expect(await home.leftovers()).toEqual([])
  })

  test('leaves a warm container without lease and namespaces, without a reaper and a global teardown', async () => {
    await using home = new RegistryHome()
    using project = jestProject({ 'app.js': APP, 'see.test.js': SEE, 'jest.config.js': ENVIRONMENT })

    const env = { ...home.env, IRIS_DEVTESTER_REAPER: '0' }
    const { exitCode, output } = await project.start(JEST, [], env).ended

    expect(exitCode, output).toBe(0)
    expect((await home.registry.read()).leases).toEqual([])
    expect(await ownNamespaces(seenIn(output)[0]?.port as number)).toEqual([])
  })

  test('uses the server that the environment names, and no engine', async () => {
    await using home = new RegistryHome()
    using owner = jestProject({ 'app.js': APP, 'see.test.js': SEE, 'jest.config.js': PRESET })
    const [{ port } = { port: 0 }] = seenIn((await owner.start(JEST, [], home.env).ended).output)
    await using elsewhere = new RegistryHome()
    const env = {
      ...elsewhere.env,
      DOCKER_HOST: 'unix:///nowhere.sock',
      IRIS_URL: `iris://test:test@127.0.0.1:${port}/USER`,
      IRIS_WEB_PORT: String(await webPort(home)),
    }

    for (const [, configuration] of WAYS) {
      using project = jestProject({ 'app.js': APP, 'see.test.js': SEE, 'jest.config.js': configuration })
      const { exitCode, output } = await project.start(JEST, [], env).ended
      expect(exitCode, output).toBe(0)
      expect(seenIn(output)[0]?.namespace).toMatch(/^IDT/)
      expect(await ownNamespaces(port, await webPort(home))).toEqual([])
    }
    expect(await elsewhere.leftovers()).toEqual([])
  })

  test('a test file may ask for something else in its docblock', async () => {
    await using home = new RegistryHome()
    for (const [, configuration] of WAYS) {
      using project = jestProject({
        'app.js': APP,
        'own.test.js': SEE,
        'shared.test.js': SEE_SHARED,
        'jest.config.js': configuration,
      })
      const { exitCode, output } = await project.start(JEST, ['-i'], home.env).ended
      expect(exitCode, output).toBe(0)
      const namespaces = seenIn(output).map(({ namespace, seenAtLoad, inherited }) => {
        expect([seenAtLoad, inherited]).toEqual([namespace, namespace])
        return namespace
      })
      expect(namespaces.toSorted()).toEqual([expect.stringMatching(/^IDT/), 'USER'])
    }
  })

  test('options in the configuration count, and their errors teach', async () => {
    await using home = new RegistryHome()
    using project = jestProject({
      'app.js': APP,
      'see.test.js': SEE,
      'jest.config.js': config(
        "preset: '@iris-devtester/jest', testEnvironmentOptions: { iris: { isolation: 'sharde' } }",
      ),
    })

    const { exitCode, output } = await project.start(JEST, [], home.env).ended

    expect(exitCode).not.toBe(0)
    expect(output).toContain('The option isolation is "sharde", but must be one of worker, file, run, shared.')
  })

  test('loads neither a Docker client nor a container library in a worker', async () => {
    await using home = new RegistryHome()
    const modules = `
      test('modules', async () => {
        await iris.sql('SELECT 1')
        const loaded = Object.keys(process.getBuiltinModule('node:module')._cache)
        expect(loaded.filter((path) => /iris-devtester.jest/.test(path))).not.toEqual([])
        expect(loaded.filter((path) => /dockerode|testcontainers|docker-modem/.test(path))).toEqual([])
        console.log('CORE ' + loaded.some((path) => /iris-devtester.core.dist.index/.test(path)))
      })`
    for (const [way, configuration] of WAYS) {
      using project = jestProject({ 'a.test.js': modules, 'b.test.js': modules, 'jest.config.js': configuration })
      const { exitCode, output } = await project.start(JEST, ['-w', '2'], home.env).ended
      expect(exitCode, output).toBe(0)
      // A worker that only picks its namespace has no use for what acquires one.
      expect(output).toContain(`CORE ${way === 'environment'}`)
    }
  })
})

describe('when something goes wrong', () => {
  test.for(WAYS)('an image that can not be had is one clear message: %s', async ([, configuration]) => {
    await using home = new RegistryHome()
    using project = jestProject({ 'app.js': APP, 'see.test.js': SEE, 'jest.config.js': configuration })

    const env = { ...home.env, IRIS_IMAGE: 'iris-devtester/no-such-image:1' }
    const { exitCode, output } = await project.start(JEST, [], env).ended

    expect(exitCode).not.toBe(0)
    expect(output.match(/iris-devtester\/no-such-image:1 is not on this machine and can't be pulled/g)).toHaveLength(1)
    expect(output.match(/docker pull iris-devtester\/no-such-image:1/g)).toHaveLength(1)
    expect(await home.leftovers()).toEqual([])
  })

  test.for(WAYS)('Ctrl-C leaves nothing behind: %s', async ([, configuration]) => {
    await using home = new RegistryHome()
    const slow = `test('slow', async () => {
      process.stdout.write('RUNNING ' + iris.namespace + '\\n')
      await new Promise((resolve) => setTimeout(resolve, 60_000))
    }, 90_000)`
    using project = jestProject({ 'a.test.js': slow, 'b.test.js': slow, 'jest.config.js': configuration })
    const run = project.start(JEST, ['-w', '2'], { ...home.env, ...STOP })
    await expect.poll(() => run.output.match(/RUNNING IDT/g)?.length, { timeout: 30_000 }).toBe(2)

    run.signal('SIGINT')
    await run.ended

    expect(await home.untilClean(), home.reaperLog()).toEqual([])
  })

  test("a set-up of the user's that fails leaves nothing behind", async () => {
    await using home = new RegistryHome()
    using project = jestProject({
      'app.js': APP,
      'see.test.js': SEE,
      'set-up.js': "module.exports = async () => { throw new Error('no fixtures') }",
      'jest.config.js': `const { withIris } = require('@iris-devtester/jest')
        module.exports = withIris({ transform: {}, globalSetup: './set-up.js' })`,
    })

    const { exitCode, output } = await project.start(JEST, [], { ...home.env, ...STOP }).ended

    expect(exitCode).not.toBe(0)
    expect(output).toContain('no fixtures')
    expect(await home.leftovers()).toEqual([])
  })

  test('a failed test file shows the end of the log once', async () => {
    await using home = new RegistryHome()
    const failing = "test('fails', () => expect(1).toBe(2))"
    using project = jestProject({ 'a.test.js': failing, 'b.test.js': failing, 'jest.config.js': PRESET })

    const { exitCode, output } = await project.start(JEST, [], { ...home.env, ...STOP }).ended

    expect(exitCode).toBe(1)
    expect(output.match(/IRIS log {2}/g)).toHaveLength(1)
    expect(output).toMatch(/\.\.\.started InterSystems IRIS instance/)
    expect(output).toContain('2 failed')
  })
})

describe('watching', () => {
  test('keeps the container and the namespaces over reruns, and cleans up at the end', async () => {
    await using home = new RegistryHome()
    using project = jestProject({ 'app.js': APP, 'see.test.js': SEE, 'jest.config.js': PRESET })
    const run = project.start(JEST, ['--watchAll'], { ...home.env, ...STOP })
    await expect.poll(() => seenIn(run.output).length, { timeout: 30_000 }).toBe(1)

    await sleep(1_000)
    project.write('see.test.js', `${SEE}\n// edited`)
    await expect.poll(() => seenIn(run.output).length, { timeout: 30_000 }).toBe(2)

    const [first, second] = seenIn(run.output)
    expect(second).toEqual(first)
    expect(run.output.match(/IRIS ready/g)).toHaveLength(1)
    run.signal('SIGINT')
    await run.ended
    expect(await home.untilClean(), home.reaperLog()).toEqual([])
  })
})

/** The namespaces that runs have made for themselves. */
async function ownNamespaces(port: number, web = port - SUPERSERVER_RANGE[0] + WEB_RANGE[0]): Promise<string[]> {
  const parts = { host: '127.0.0.1', port, webPort: web, namespace: 'USER', username: 'test', password: 'test' }
  await using connection = new IrisConnection(connectionInfo(parts))
  return (await connection.serverInfo()).namespaces.filter((name) => name.startsWith('IDT'))
}

async function webPort({ registry }: RegistryHome): Promise<number> {
  const assignments = await registry.listAll()
  return assignments.find(({ service }) => service === 'iris-web')?.port ?? 0
}
