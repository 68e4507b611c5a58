import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ConsumerProject } from '../../integration/consumer/consumer-project.ts'
import { RegistryHome } from '../../integration/consumer/registry-home.ts'
import { APP, config, JEST, jestProject, meeting, SEE, seenIn } from '../../integration/jest/jest-project.ts'

const STOP = { IRIS_DEVTESTER_KEEP: 'stop' }

/** Ways to write the same configuration: the file's name, and its content. */
const CONFIGURATIONS: readonly (readonly [string, string])[] = [
  ['jest.config.js', config("testEnvironment: '@iris-devtester/jest'")],
  ['jest.config.json', '{ "transform": {}, "testEnvironment": "@iris-devtester/jest" }'],
  ['jest.config.json', '{ "transform": {}, "testEnvironment": "@iris-devtester/jest/jsdom" }'],
  ['package.json', '{ "name": "consumer", "jest": { "transform": {}, "preset": "@iris-devtester/jest" } }'],
  ['jest.config.js', "module.exports = { preset: '@iris-devtester/jest' }"],
  ['jest.config.cjs', "module.exports = require('@iris-devtester/jest').withIris({ transform: {} })"],
  ['jest.config.cjs', "module.exports = require('@iris-devtester/jest').withIris(async () => ({ transform: {} }))"],
  ['jest.config.mjs', "import { withIris } from '@iris-devtester/jest'\nexport default withIris({ transform: {} })"],
  [
    'jest.config.mjs',
    "import { withIris } from '@iris-devtester/jest'\nexport default withIris(() => ({ transform: {}, testEnvironment: 'jsdom' }))",
  ],
]

describe('Jest', () => {
  test.for(CONFIGURATIONS)('%s: %s', async ([name, content]) => {
    await using home = new RegistryHome()
    using project = jestProject({ 'app.js': APP, 'see.test.js': SEE, [name]: content })

    const { exitCode, output } = await project.start(JEST, [], { ...home.env, ...STOP }).ended

    expect(exitCode, output).toBe(0)
    const [seen] = seenIn(output)
    expect(seen?.seenAtLoad).toBe(seen?.namespace)
    expect(await home.untilClean(), home.reaperLog()).toEqual([])
  })

  test.for([
    ['processes', ''],
    ['threads', 'workerThreads: true,'],
    ['processes, own hold', "testEnvironment: '@iris-devtester/jest',"],
    ['threads, own hold', "workerThreads: true, testEnvironment: '@iris-devtester/jest',"],
  ] as const)('two workers do not see each other: %s', async ([way, lines]) => {
    await using home = new RegistryHome()
    const own = way.endsWith('own hold')
    using project = jestProject({
      'one.test.js': meeting('one', 'two'),
      'two.test.js': meeting('two', 'one'),
      'jest.config.js': config(`${lines} ${own ? '' : "preset: '@iris-devtester/jest'"}`),
    })
    const place = mkdtempSync(join(tmpdir(), 'iris-meeting-'))

    const run = project.start(JEST, ['-w', '2'], { ...home.env, ...STOP, MEETING: place })
    const { exitCode, output } = await run.ended

    rmSync(place, { recursive: true })
    expect(exitCode, output).toBe(0)
    expect(new Set(seenIn(output).map(({ namespace }) => namespace)).size).toBe(2)
    expect(await home.untilClean(), home.reaperLog()).toEqual([])
  })

  test('finds no open handles of ours', async () => {
    await using home = new RegistryHome()
    for (const way of ["testEnvironment: '@iris-devtester/jest'", "preset: '@iris-devtester/jest'"]) {
      using project = jestProject({ 'app.js': APP, 'see.test.js': SEE, 'jest.config.js': config(way) })
      const { exitCode, output } = await project.start(JEST, ['--detectOpenHandles'], home.env).ended
      expect(exitCode, output).toBe(0)
      expect(output).not.toContain('open handle')
    }
  })

  test('ES modules as test files', async () => {
    await using home = new RegistryHome()
    using project = jestProject({
      'package.json': '{ "name": "consumer", "type": "module" }',
      'app.js': 'export const seenAtLoad = process.env.IRIS_NAMESPACE',
      'see.test.js': `
          import { connectIris } from '@iris-devtester/core/connection'
          import { seenAtLoad } from './app.js'
          test('sees', async () => {
            const own = connectIris()
            expect(await own.sql('SELECT 1 AS one')).toStrictEqual([{ one: 1 }])
            console.log('SEEN ' + JSON.stringify({ namespace: iris.namespace, seenAtLoad, own: own.namespace }))
            await own.close()
          })`,
      'jest.config.js':
        "import { withIris } from '@iris-devtester/jest'\nexport default withIris({ transform: {} }, { isolation: 'run' })",
    })

    const env = { ...home.env, ...STOP, NODE_OPTIONS: '--experimental-vm-modules' }
    const { exitCode, output } = await project.start(JEST, [], env).ended

    expect(exitCode, output).toBe(0)
    const [seen] = seenIn(output)
    expect(seen).toEqual({ namespace: seen?.namespace, seenAtLoad: seen?.namespace, own: seen?.namespace })
  })

  test.for([
    [
      'ts-jest',
      "{ preset: 'ts-jest', transform: { '\\\\.ts$': ['ts-jest', { isolatedModules: true, diagnostics: false }] } }",
    ],
    ['@swc/jest', "{ transform: { '\\\\.ts$': '@swc/jest' } }"],
  ])('TypeScript by %s', async ([transformer, configuration]) => {
    await using home = new RegistryHome()
    using project = new ConsumerProject({
      files: {
        'package.json': '{ "name": "consumer" }',
        'tsconfig.json':
          '{ "compilerOptions": { "module": "CommonJS", "target": "ES2022", "isolatedModules": true, "skipLibCheck": true } }',
        'set-up.ts':
          "export default async function setUp(): Promise<void> { console.log('OWN SET-UP', process.env.IRIS_PORT) }",
        'see.test.ts': `
          import { connectIris, type IrisConnection } from '@iris-devtester/core/connection'
          test('sees', async () => {
            const own: IrisConnection = connectIris()
            expect(own.namespace).toBe(iris.namespace)
            expect(await own.sql('SELECT 1 AS one')).toStrictEqual([{ one: 1 }])
            await own.close()
          })`,
        'jest.config.js': `
          const { withIris } = require('@iris-devtester/jest')
          module.exports = withIris({ ...${configuration}, globalSetup: './set-up.ts' })`,
      },
      packages: ['jest'],
      dependencies: {
        jest: process.env.IRIS_TEST_JEST ?? 'jest-30',
        'ts-jest': 'ts-jest',
        typescript: 'typescript',
        '@swc/jest': '@swc/jest',
        '@swc/core': '@swc/core',
      },
    })

    const { exitCode, output } = await project.start(JEST, [], { ...home.env, ...STOP }).ended

    expect(exitCode, `${transformer}: ${output}`).toBe(0)
    expect(output).toMatch(/OWN SET-UP \d+/)
  })
})
