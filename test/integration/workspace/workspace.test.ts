import { join } from 'node:path'
import { expect, test } from 'vitest'
import { RegistryHome } from '../consumer/registry-home.ts'
import * as jest from '../jest/jest-project.ts'
import * as playwright from '../playwright/playwright-project.ts'
import { VITEST } from '../vitest/vitest-project.ts'
import { exampleProject } from './example-project.ts'

const STOP = { IRIS_DEVTESTER_KEEP: 'stop' }

function portsIn(output: string): string[] {
  return [...output.matchAll(/(?:orders|stock) on port (\d+)/g)].map(([, port]) => String(port))
}

test('two packages of a workspace that are tested at once share one IRIS, and one without IRIS starts none', async () => {
  await using home = new RegistryHome()
  using project = exampleProject('monorepo')
  const folder = (name: string) => join(project.folder, 'packages', name)

  const outcomes = await Promise.all(
    ['orders', 'stock'].map((name) => project.start(VITEST, ['run'], { ...home.env, ...STOP }, folder(name)).ended),
  )

  const output = outcomes.map((one) => one.output).join('\n')
  expect(
    outcomes.map(({ exitCode }) => exitCode),
    output,
  ).toEqual([0, 0])
  expect(portsIn(output)).toHaveLength(2)
  expect(new Set(portsIn(output)).size).toBe(1)
  expect(await home.untilClean(), home.reaperLog()).toEqual([])

  const nowhere = { ...home.env, DOCKER_HOST: 'unix:///nowhere' }
  const unit = await project.start(VITEST, ['run'], nowhere, folder('prices')).ended
  expect(unit.exitCode, unit.output).toBe(0)
})

/** The example with npm's way of saying which packages a workspace has: Turborepo and Nx ask no other program then. */
const NPM_WORKSPACE = {
  'package.json': JSON.stringify({
    name: 'monorepo',
    private: true,
    packageManager: 'npm@11.0.0',
    workspaces: ['packages/*'],
  }),
}

test('Turborepo runs all packages at once in its strict environment mode', async () => {
  await using home = new RegistryHome()
  using project = exampleProject('monorepo', NPM_WORKSPACE, { turbo: 'turbo' })

  const { exitCode, output } = await project.start(
    'turbo/bin/turbo',
    ['run', 'test', '--env-mode=strict', '--force', '--output-logs=full'],
    { ...home.env, ...STOP, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' },
  ).ended

  expect(exitCode, output).toBe(0)
  expect(output).toMatch(/3 successful, 3 total/)
  expect(portsIn(output), output).toHaveLength(2)
  expect(new Set(portsIn(output)).size).toBe(1)
  expect(await home.untilClean(), home.reaperLog()).toEqual([])
})

test('Nx runs all packages at once', async () => {
  await using home = new RegistryHome()
  using project = exampleProject('monorepo', { ...NPM_WORKSPACE, 'nx.json': '{}' }, { nx: 'nx' })

  const { exitCode, output } = await project.start(
    'nx/dist/bin/nx.js',
    ['run-many', '--target=test', '--parallel=3', '--output-style=stream', '--skip-nx-cache'],
    { ...home.env, ...STOP, NX_DAEMON: 'false', NX_NO_CLOUD: 'true', NX_TUI: 'false', DO_NOT_TRACK: '1' },
  ).ended

  expect(exitCode, output).toBe(0)
  expect(output).toMatch(/ran target test for 3 projects/)
  expect(portsIn(output), output).toHaveLength(2)
  expect(new Set(portsIn(output)).size).toBe(1)
  expect(await home.untilClean(), home.reaperLog()).toEqual([])
})

test('pnpm runs all packages at once', async () => {
  await using home = new RegistryHome()
  using project = exampleProject('monorepo', {}, { pnpm: 'pnpm' })

  const { exitCode, output } = await project.start(
    'pnpm/bin/pnpm.mjs',
    ['--recursive', '--workspace-concurrency=3', '--config.verify-deps-before-run=false', 'test'],
    { ...home.env, ...STOP },
  ).ended

  expect(exitCode, output).toBe(0)
  expect(output.match(/test: Done/g), output).toHaveLength(3)
  expect(portsIn(output), output).toHaveLength(2)
  expect(new Set(portsIn(output)).size).toBe(1)
  expect(await home.untilClean(), home.reaperLog()).toEqual([])
})

/** A workspace of two packages, `a` and `b`, whose files are the same. */
function twoPackages(files: Readonly<Record<string, string>>): Record<string, string> {
  const inPackage = (name: string) => Object.entries(files).map(([path, text]) => [`packages/${name}/${path}`, text])
  return { ...NPM_WORKSPACE, ...Object.fromEntries([...inPackage('a'), ...inPackage('b')]) }
}

test.each([
  {
    runner: 'Jest',
    program: jest.JEST,
    args: [],
    project: () =>
      jest.jestProject(
        twoPackages({
          'package.json': '{}',
          'app.js': jest.APP,
          'see.test.js': jest.SEE,
          'jest.config.js': `
            module.exports = require('@iris-devtester/jest').withIris({ transform: {} }, { share: 'workspace' })`,
        }),
      ),
  },
  {
    runner: 'Playwright',
    program: playwright.PLAYWRIGHT,
    args: ['test'],
    project: () =>
      playwright.playwrightProject(
        twoPackages({
          'package.json': '{ "type": "module" }',
          'see.spec.ts': `import { test } from '@iris-devtester/playwright'; test('sees', ({ iris }) => { ${playwright.SEE} })`,
          'playwright.config.ts': playwright.configuration({ server: '', more: "use: { irisShare: 'workspace' }" }),
        }),
      ),
  },
])('two packages that are tested with $runner at once share one IRIS', async ({ program, args, ...given }) => {
  await using home = new RegistryHome()
  using project = given.project()

  const outcomes = await Promise.all(
    ['a', 'b'].map(
      (name) => project.start(program, args, { ...home.env, ...STOP }, join(project.folder, 'packages', name)).ended,
    ),
  )

  const output = outcomes.map((one) => one.output).join('\n')
  expect(
    outcomes.map(({ exitCode }) => exitCode),
    output,
  ).toEqual([0, 0])
  const seen = jest.seenIn(output)
  expect(new Set(seen.map(({ namespace }) => namespace)).size).toBe(2)
  expect(new Set(seen.map(({ port }) => port)).size).toBe(1)
  expect(await home.untilClean(), home.reaperLog()).toEqual([])
})

test('the example with two instances passes where a user has copied it', async () => {
  await using home = new RegistryHome()
  using project = exampleProject('two-instances')

  const { exitCode, output } = await project.start(VITEST, ['run'], { ...home.env, ...STOP }).ended

  expect(exitCode, output).toBe(0)
  expect(output.match(/IRIS ready/g)).toHaveLength(2)
  expect(await home.untilClean(), home.reaperLog()).toEqual([])
})
