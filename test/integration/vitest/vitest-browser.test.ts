import { expect, test } from 'vitest'
import { ConsumerProject } from '../consumer/consumer-project.ts'
import { RegistryHome } from '../consumer/registry-home.ts'
import { APP, SEE, seenIn, VITEST } from './vitest-project.ts'

const LAUNCH = `{ executablePath: '${process.env.IRIS_TEST_CHROMIUM ?? '/usr/bin/chromium'}', args: ['--no-sandbox'] }`
const WITH_PACKAGE = {
  imports: "import { playwright } from '@vitest/browser-playwright'",
  browser: `provider: playwright({ launchOptions: ${LAUNCH} }), instances: [{ browser: 'chromium' }]`,
}
/** Each version with its own browser provider. The older ones have a package of their own, so that the provider finds them. */
const SETUPS = {
  vitest: {
    ...WITH_PACKAGE,
    dependencies: { vitest: 'vitest', '@vitest/browser-playwright': '@vitest/browser-playwright' },
  },
  'vitest-4': {
    ...WITH_PACKAGE,
    dependencies: installedFor('vitest-4', ['vitest', '@vitest/browser-playwright']),
  },
  'vitest-3': {
    imports: '',
    browser: `provider: 'playwright', instances: [{ browser: 'chromium', launch: ${LAUNCH} }]`,
    dependencies: installedFor('vitest-3', ['vitest', '@vitest/browser', 'playwright']),
  },
}
const version = (process.env.IRIS_TEST_VITEST ?? 'vitest') as keyof typeof SETUPS

/** Names to where they lie, seen from the workspace's `node_modules`. */
function installedFor(runner: string, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, `../test/runners/${runner}/node_modules/${name}`]))
}

test('tests in a browser get the values by inject, beside tests in Node', async () => {
  const { imports, browser, dependencies } = SETUPS[version]
  await using home = new RegistryHome()
  using project = new ConsumerProject({
    files: {
      'package.json': '{ "name": "consumer", "type": "module" }',
      'app.ts': APP,
      'see.test.ts': SEE,
      'page.test.ts': `
        import { expect, inject, test } from 'vitest'
        test('a page', () => {
          const { host, port, namespace, instances } = inject('iris')
          expect(document.body).toBeDefined()
          expect([host, typeof port, typeof namespace, instances]).toEqual(['127.0.0.1', 'number', 'string', {}])
          // A browser's page has loaded nothing of ours: neither the set-up of workers nor what it imports.
          const loaded = performance.getEntriesByType('resource').map(({ name }) => name)
          expect(loaded.filter((name) => name.includes('iris-devtester'))).toEqual([])
        })`,
      'vitest.config.ts': `
        import { iris } from '@iris-devtester/vitest'
        ${imports}
        import { defineConfig } from 'vitest/config'
        const browser = { enabled: true, headless: true, screenshotFailures: false, ${browser} }
        // The runner lies outside the project's folder.
        const server = { fs: { strict: false } }
        export default defineConfig({ server, test: { projects: [
          { extends: false, plugins: [iris()], test: { name: 'node', include: ['see.test.ts'] } },
          { extends: false, server, plugins: [iris()], test: { name: 'page', include: ['page.test.ts'], browser } },
        ] } })`,
    },
    packages: ['vitest'],
    dependencies,
  })

  const { exitCode, output } = await project.start(VITEST, ['run'], { ...home.env, IRIS_DEVTESTER_KEEP: 'stop' }).ended

  expect(exitCode, output).toBe(0)
  expect(output).toContain('2 passed')
  expect(seenIn(output)).toHaveLength(1)
  expect(output.match(/IRIS ready/g)).toHaveLength(1)
  expect(await home.untilClean(), home.reaperLog()).toEqual([])
})
