import { describe, expect, test } from 'vitest'
import { RegistryHome } from '../consumer/registry-home.ts'
import { APP, JEST, jestProject, SEE, seenIn } from './jest-project.ts'

const STOP = { IRIS_DEVTESTER_KEEP: 'stop' }
const NO_ENGINE = { DOCKER_HOST: 'unix:///nowhere' }

/** A test that must find nothing of IRIS. */
const PLAIN = `
test('knows nothing of IRIS', () => {
  const ours = Object.keys(process.env).filter((name) => /^IRIS_(?!IMAGE|DEVTESTER_(HOME|KEEP|JEST_RUN|(WEB_)?PORT_RANGE))/.test(name))
  expect(ours).toEqual([])
  expect(typeof iris).toBe('undefined')
  console.log('PLAIN')
})`

const FILES = { 'int/app.js': APP, 'int/see.test.js': SEE, 'unit/plain.test.js': PLAIN }

function config(body: string): string {
  return `const { withIris } = require('@iris-devtester/jest')\nmodule.exports = ${body}`
}

/** Ways to give one of two projects IRIS. */
const SHAPES: readonly [name: string, files: Readonly<Record<string, string>>][] = [
  [
    'withIris around projects, one of which says iris: false',
    {
      'jest.config.js': config(`withIris({ projects: [
        { displayName: 'int', rootDir: 'int', transform: {} },
        { displayName: 'unit', rootDir: 'unit', transform: {}, testEnvironmentOptions: { iris: false } }] })`),
    },
  ],
  [
    'withIris around one entry of projects',
    {
      'jest.config.js': config(`{ projects: [
        withIris({ displayName: 'int', rootDir: 'int', transform: {} }),
        { displayName: 'unit', rootDir: 'unit', transform: {} }] }`),
    },
  ],
  [
    'projects by folders with configurations of their own',
    {
      'jest.config.js': "module.exports = { projects: ['<rootDir>/int', '<rootDir>/unit'] }",
      'int/jest.config.js': config("withIris({ displayName: 'int', transform: {} })"),
      'unit/jest.config.js': "module.exports = { displayName: 'unit', transform: {} }",
    },
  ],
]

describe('projects with and without IRIS', () => {
  test.each(SHAPES)('%s', async (_, files) => {
    await using home = new RegistryHome()
    using project = jestProject({ ...FILES, ...files })

    for (const args of [['-w', '2'], ['--runInBand']]) {
      const { exitCode, output } = await project.start(JEST, args, { ...home.env, ...STOP }).ended
      expect(exitCode, output).toBe(0)
      const [seen] = seenIn(output)
      expect([seen?.seenAtLoad, seen?.inherited]).toEqual([seen?.namespace, seen?.namespace])
      expect(output).toContain('PLAIN')
      expect(output).not.toMatch(/validation warning/i)
      expect(await home.untilClean(), home.reaperLog()).toEqual([])
    }

    const unit = await project.start(JEST, ['--selectProjects', 'unit'], { ...home.env, ...NO_ENGINE }).ended
    expect(unit.exitCode, unit.output).toBe(0)
    expect(unit.output).toContain('PLAIN')
  })

  test('leave no handle open', async () => {
    await using home = new RegistryHome()
    using project = jestProject({ ...FILES, ...SHAPES[0]?.[1] })

    const { exitCode, output } = await project.start(JEST, ['--detectOpenHandles'], { ...home.env, ...STOP }).ended

    expect(exitCode, output).toBe(0)
    expect(output).not.toMatch(/open handle/i)
  })
})

describe('projects with different options', () => {
  test('each see what they asked for', async () => {
    await using home = new RegistryHome()
    const named = (name: string) =>
      `withIris({ displayName: '${name}', rootDir: 'int', transform: {} }, { isolation: 'shared', namespace: '${name}' })`
    using project = jestProject({
      ...FILES,
      'jest.config.js': config(`{ projects: [${named('AAA')}, ${named('BBB')},
        withIris({ displayName: 'plain', rootDir: 'int', transform: {} })] }`),
    })

    const { exitCode, output } = await project.start(JEST, ['--runInBand'], { ...home.env, ...STOP }).ended

    expect(exitCode, output).toBe(0)
    const seen = seenIn(output)
    expect(seen.map(({ namespace }) => namespace.replace(/^IDT.*/, 'IDT')).sort()).toEqual(['AAA', 'BBB', 'IDT'])
    for (const { namespace, seenAtLoad } of seen) expect(seenAtLoad).toBe(namespace)
    expect(new Set(seen.map(({ port }) => port)).size).toBe(1)
    expect(await home.untilClean(), home.reaperLog()).toEqual([])
  })

  test('that one container can not have both are told which, and what to add', async () => {
    await using home = new RegistryHome()
    const sized = (name: string, options: string) =>
      `withIris({ displayName: '${name}', rootDir: 'int', transform: {} }, ${options})`
    using project = jestProject({
      ...FILES,
      'jest.config.js': config(
        `{ projects: [${sized('a', '{ memoryMb: 700 }')}, ${sized('b', '{ memoryMb: 800 }')}] }`,
      ),
    })

    const { exitCode, output } = await project.start(JEST, ['-w', '2'], { ...home.env, ...STOP }).ended

    expect(exitCode).toBe(1)
    expect(output).toMatch(/Two configurations of this run ask for one container/)
    expect(await home.untilClean(), home.reaperLog()).toEqual([])

    project.write(
      'jest.config.js',
      config(`{ projects: [${sized('a', '{ memoryMb: 700 }')},
        ${sized('b', "{ memoryMb: 800, instance: 'second' }")}] }`),
    )
    const two = await project.start(JEST, ['-w', '2'], { ...home.env, ...STOP }).ended
    expect(two.exitCode, two.output).toBe(0)
    expect(new Set(seenIn(two.output).map(({ port }) => port)).size).toBe(2)
    expect(await home.untilClean(), home.reaperLog()).toEqual([])
  })
})

test('several instances are there by name for tests and for the code under test', async () => {
  await using home = new RegistryHome()
  using project = jestProject({
    'app.js': 'exports.archivePort = process.env.IRIS_ARCHIVE_PORT',
    'two.test.js': `
      const { connectIris } = require('@iris-devtester/core/connection')
      const { archivePort } = require('./app.js')
      test('two servers', async () => {
        const archive = connectIris('archive')
        expect(String(archive.port)).toBe(archivePort)
        expect(archive.port).not.toBe(iris.port)
        await iris.sql('CREATE TABLE Box (content VARCHAR(10))')
        await expect(archive.sql('SELECT * FROM Box')).rejects.toThrow()
        await archive.close()
      })`,
    'jest.config.js': config('withIris({ transform: {} }, { instances: { main: {}, archive: { memoryMb: 700 } } })'),
  })

  const { exitCode, output } = await project.start(JEST, [], { ...home.env, ...STOP }).ended

  expect(exitCode, output).toBe(0)
  expect(await home.untilClean(), home.reaperLog()).toEqual([])
})

describe('other ways to run', () => {
  test('shards at once share the container and see their own namespaces', async () => {
    await using home = new RegistryHome()
    using project = jestProject({
      'app.js': APP,
      'a.test.js': SEE,
      'b.test.js': SEE,
      'jest.config.js': config('withIris({ transform: {} })'),
    })

    const shards = ['1/2', '2/2'].map(
      (shard) => project.start(JEST, [`--shard=${shard}`], { ...home.env, ...STOP }).ended,
    )
    const outcomes = await Promise.all(shards)

    expect(
      outcomes.map(({ exitCode }) => exitCode),
      outcomes.map(({ output }) => output).join(),
    ).toEqual([0, 0])
    const seen = outcomes.flatMap(({ output }) => seenIn(output))
    expect(new Set(seen.map(({ namespace }) => namespace)).size).toBe(2)
    expect(await home.untilClean(), home.reaperLog()).toEqual([])
  })

  test('test files that are ES modules', async () => {
    await using home = new RegistryHome()
    using project = jestProject({
      'app.mjs': 'export const seenAtLoad = process.env.IRIS_NAMESPACE',
      'see.test.mjs': `
        import { seenAtLoad } from './app.mjs'
        test('sees', async () => {
          expect(await iris.sql('SELECT 1 AS one')).toStrictEqual([{ one: 1 }])
          console.log('SEEN ' + JSON.stringify({ port: iris.port, namespace: iris.namespace, seenAtLoad }))
        })`,
      'jest.config.js': config("withIris({ transform: {}, testMatch: ['**/*.test.mjs'] })"),
    })

    const { exitCode, output } = await project.start(JEST, [], {
      ...home.env,
      ...STOP,
      NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
    }).ended

    expect(exitCode, output).toBe(0)
    const [seen] = seenIn(output)
    expect(seen?.seenAtLoad).toBe(seen?.namespace)
    expect(await home.untilClean(), home.reaperLog()).toEqual([])
  })
})
