import { describe, expect, test } from 'vitest'
import { quickContainer } from '../../machine/test-home.ts'
import { RegistryHome } from '../consumer/registry-home.ts'
import { APP, JEST, jestProject, PRESET, SEE, seenIn } from './jest-project.ts'

const STOP = { IRIS_DEVTESTER_KEEP: 'stop' }

/** Types are stripped by the project's own transform, as ts-jest, SWC and Babel do. */
const STRIP = `
const { stripTypeScriptTypes } = require('node:module')
module.exports = { process: (text) => ({ code: stripTypeScriptTypes(text) }) }
`
const TRANSFORM = String.raw`{ '\\.ts$': '<rootDir>/strip.js' }`
/** Two hooks of the user's in TypeScript: they are loaded by Jest's transforms or not at all. */
const SET_UP =
  "module.exports = async (config: { rootDir: string }) => console.log('OWN SET-UP', process.env.IRIS_PORT, typeof config.rootDir)"
const TEARDOWN = "module.exports = async (): Promise<void> => console.log('OWN TEARDOWN', process.env.IRIS_PORT)"

/** What a file of `setupFiles` has seen is this worker's own. */
const LATE = "test('early', () => expect(globalThis.early).toBe(iris.namespace))"

describe('withIris', () => {
  test("runs the user's own set-up and teardown around the tests, with their transforms, while IRIS is up", async () => {
    await using home = new RegistryHome()
    using project = jestProject({
      'app.js': APP,
      'see.test.js': SEE,
      'strip.js': STRIP,
      'set-up.ts': SET_UP,
      'teardown.ts': TEARDOWN,
      'early.js': 'globalThis.early = process.env.IRIS_NAMESPACE',
      'late.test.js': LATE,
      'later.test.js': LATE,
      'jest.config.js': `const { withIris } = require('@iris-devtester/jest')
        module.exports = withIris({
          transform: ${TRANSFORM},
          globalSetup: '<rootDir>/set-up.ts',
          globalTeardown: './teardown.ts',
          setupFiles: ['./early.js'],
          reporters: ['default', './mine.js'],
        })`,
      'mine.js': "module.exports = class { onRunComplete() { console.log('MINE') } }",
    })

    const { exitCode, output } = await project.start(JEST, ['-w', '2'], { ...home.env, ...STOP }).ended

    expect(exitCode, output).toBe(0)
    const { port } = seenIn(output)[0] ?? {}
    expect(output).toContain(`OWN SET-UP ${port} string`)
    expect(output).toContain(`OWN TEARDOWN ${port}`)
    expect(output).toContain('MINE')
    expect(await home.leftovers()).toEqual([])
  })

  test('keeps a preset, its set-up, and its jsdom environment, in an ESM configuration', async () => {
    await using home = new RegistryHome()
    using project = jestProject({
      'app.js': APP,
      'see.test.js': `${SEE}\ntest('dom', () => expect(document.title).toBe(location.hash))`,
      'node_modules/someones/package.json': '{ "name": "someones", "version": "1.0.0" }',
      'node_modules/someones/jest-preset.js': `module.exports = {
        transform: {},
        testEnvironment: 'jsdom',
        testEnvironmentOptions: { url: 'http://localhost/' },
        globalSetup: require.resolve('./set-up.js'),
      }`,
      'node_modules/someones/set-up.js':
        "module.exports = async () => console.log('PRESET SET-UP', process.env.IRIS_PORT)",
      'jest.config.mjs': `import { withIris } from '@iris-devtester/jest'
        export default withIris(async () => ({ preset: 'someones' }), { isolation: 'run' })`,
    })

    const { exitCode, output } = await project.start(JEST, [], { ...home.env, ...STOP }).ended

    expect(exitCode, output).toBe(0)
    const [seen] = seenIn(output)
    expect(seen?.namespace).toMatch(/R1$/)
    expect(output).toContain(`PRESET SET-UP ${seen?.port}`)
  })

  test('reaches the projects inside a configuration, and acquires once', async () => {
    await using home = new RegistryHome()
    using project = jestProject({
      'app.js': APP,
      'see.test.js': SEE,
      'set-up.js': "module.exports = async () => console.log('OWN SET-UP', process.env.IRIS_PORT)",
      'jest.config.js': `const { withIris } = require('@iris-devtester/jest')
        module.exports = withIris({
          projects: [
            { displayName: 'a', transform: {} },
            { displayName: 'b', transform: {}, testEnvironment: 'jsdom', globalSetup: './set-up.js' },
          ],
        })`,
    })

    const { exitCode, output } = await project.start(JEST, [], { ...home.env, ...STOP }).ended

    expect(exitCode, output).toBe(0)
    expect(seenIn(output)).toHaveLength(2)
    expect(output.match(/IRIS ready/g)).toHaveLength(1)
    expect(output.match(/OWN SET-UP \d+/g)).toHaveLength(1)
    expect(output).not.toMatch(/validation warning/i)
    expect(await home.leftovers()).toEqual([])
  })

  test('takes a root of its own, a project that is named by its folder, and a set-up that is a package', async () => {
    await using home = new RegistryHome()
    using project = jestProject({
      'app/app.js': APP,
      'app/see.test.js': SEE,
      'app/jest.config.js': `const { withIris } = require('@iris-devtester/jest')
        module.exports = withIris({ transform: {}, globalTeardown: '<rootDir>/end.js' }, { isolation: 'shared' })`,
      'app/end.js': "module.exports = async () => console.log('OWN TEARDOWN', process.env.IRIS_PORT)",
      'node_modules/their-set-up/package.json': '{ "name": "their-set-up", "version": "1.0.0", "main": "main.js" }',
      'node_modules/their-set-up/main.js':
        "module.exports = async () => console.log('THEIR SET-UP', process.env.IRIS_NAMESPACE)",
      'jest.config.js': `const { withIris } = require('@iris-devtester/jest')
        module.exports = withIris({
          rootDir: __dirname,
          globalSetup: 'their-set-up',
          projects: ['<rootDir>/app'],
        })`,
    })

    const { exitCode, output } = await project.start(JEST, [], { ...home.env, ...STOP }).ended

    expect(exitCode, output).toBe(0)
    const [seen] = seenIn(output)
    expect(seen?.seenAtLoad).toBe(seen?.namespace)
    expect(output).toContain('THEIR SET-UP ')
    expect(output).toContain(`OWN TEARDOWN ${seen?.port}`)
    expect(await home.leftovers()).toEqual([])
  })

  test('leaves it to Jest to say that a preset is not there', async () => {
    await using home = new RegistryHome()
    using project = jestProject({
      'see.test.js': SEE,
      'jest.config.mjs': `import { withIris } from '@iris-devtester/jest'
        export default withIris({ preset: 'nobodys', testEnvironment: './someones.js' })`,
    })
    const { exitCode, output } = await project.start(JEST, [], home.env).ended
    expect(exitCode).toBe(1)
    expect(output).toContain('Preset nobodys')
    expect(output).not.toContain('IRIS starts')
  })

  test("says nothing of a log where a test fails on a server of the user's", async () => {
    await using home = new RegistryHome()
    await using server = await quickContainer()
      .withPortRegistry(home.registry)
      .withProjectPath('/the/users/server')
      .start()
    using project = jestProject({
      'fail.test.js': "test('fails', () => expect(iris.port).toBe(0))",
      'jest.config.js': PRESET,
    })
    const env = { ...home.env, IRIS_URL: server.getConnectionUri(), IRIS_WEB_PORT: String(server.getWebPort()) }
    const { exitCode, output } = await project.start(JEST, [], env).ended
    expect(exitCode).toBe(1)
    expect(output).toContain(`Received: ${server.getPort()}`)
    expect(output).not.toContain('IRIS log')
  })

  test.for(['jest-29', 'jest-30'])(
    'may wrap what is wrapped already, in %s, and leaves other environments alone',
    async (jest) => {
      await using home = new RegistryHome()
      using project = jestProject(
        {
          'plain.test.js': "test('plain', () => console.log('PLAIN ' + typeof iris + process.env.IRIS_URL))",
          'plain.js': "module.exports = class extends require('jest-environment-jsdom').TestEnvironment {}",
          'jest.config.js': `const { withIris } = require('@iris-devtester/jest')
          const inner = withIris({ transform: {}, preset: '@iris-devtester/jest', testEnvironment: './plain.js' })
          module.exports = withIris(inner)`,
        },
        jest,
      )

      const { exitCode, output } = await project.start(JEST, [], { ...home.env, ...STOP }).ended

      expect(exitCode, output).toBe(0)
      expect(output).toMatch(/PLAIN undefinediris:/)
      expect(output.match(/IRIS ready/g)).toHaveLength(1)
      expect(await home.leftovers()).toEqual([])
    },
  )
})
