import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ConsumerProject } from '../consumer/consumer-project.ts'
import { RegistryHome } from '../consumer/registry-home.ts'
import { APP, JEST, jestProject, PRESET, SEE, seenIn } from './jest-project.ts'

let home: RegistryHome
let project: ConsumerProject

beforeAll(() => {
  home = new RegistryHome()
  project = jestProject({
    'jest.config.js': PRESET,
    'app.js': APP,
    'see.test.js': SEE,
    'flaky.test.js': `
      jest.retryTimes(1)
      let attempts = 0
      test('passes at the second attempt', () => {
        attempts += 1
        expect(Number(process.env.IRIS_PORT)).toBe(iris.port)
        expect(attempts).toBe(2)
      })`,
    'failing.test.js': "test('fails', () => expect(iris.port).toBe(0))",
    'later.test.js': "test('comes after it', () => console.log('AF' + 'TER'))",
  })
})

afterAll(async () => {
  project[Symbol.dispose]()
  await home[Symbol.asyncDispose]()
})

function run(args: readonly string[], env: Readonly<Record<string, string | undefined>> = {}) {
  return project.start(JEST, args, { ...home.env, ...env }).ended
}

test('a retry runs the test again in the same namespace', async () => {
  const { exitCode, output } = await run(['flaky'])
  expect(exitCode, output).toBe(0)
  expect(output).not.toContain('IRIS log')
})

test('--bail ends the run with the failure', async () => {
  const { exitCode, output } = await run(['failing', 'later', '--bail', '--runInBand'])
  expect(exitCode, output).toBe(1)
  expect(output).toContain('fails')
})

test('--onlyChanged runs what a change concerns', async () => {
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.org', ...args], { cwd: project.folder })
  git('init', '--quiet')
  project.write('.gitignore', 'node_modules\n')
  git('add', '.')
  git('commit', '--quiet', '--message', 'all')
  project.write('app.js', `${APP}\n// changed`)
  const { exitCode, output } = await run(['--onlyChanged'])
  expect(exitCode, output).toBe(0)
  expect(seenIn(output)).toHaveLength(1)
  expect(output).toMatch(/Test Suites: 1 passed, 1 total/)
})

test('--json has standard output to itself', async () => {
  const { exitCode, output, stdout } = await run(['flaky', '--json', '--silent'])
  expect(exitCode, output).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ success: true, numPassedTests: 1 })
})

test('--coverage counts the code under test and nothing of ours', async () => {
  const args = ['see', '--coverage', '--coverageProvider=v8', '--coverageReporters=json-summary', '--silent']
  const { exitCode, output } = await run(args)
  expect(exitCode, output).toBe(0)
  const summary = JSON.parse(readFileSync(join(project.folder, 'coverage/coverage-summary.json'), 'utf8'))
  expect(Object.keys(summary)).toEqual(['total', join(project.folder, 'app.js')])
})

test('an editor passes one file and one test name', async () => {
  const args = [
    '--runTestsByPath',
    join(project.folder, 'see.test.js'),
    '--testNamePattern',
    '^sees$',
    '--colors=false',
  ]
  const { exitCode, output } = await run(args)
  expect(exitCode, output).toBe(0)
  expect(seenIn(output)).toHaveLength(1)
})

test('NO_COLOR leaves no control sequence in the output', async () => {
  const { exitCode, output } = await run(['flaky'], { NO_COLOR: '1', FORCE_COLOR: undefined })
  expect(exitCode, output).toBe(0)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control sequences begin with one.
  expect(output).not.toMatch(/\u001b\[/)
})

test('on GitHub Actions a failed start is an annotation and in the summary of the job', async () => {
  const summary = join(project.folder, 'summary.md')
  const { exitCode, output } = await run(['flaky'], {
    DOCKER_HOST: 'unix:///nowhere',
    GITHUB_ACTIONS: 'true',
    GITHUB_STEP_SUMMARY: summary,
  })
  expect(exitCode).toBe(1)
  expect(output).toMatch(/^::error title=IRIS did not start.*ENGINE_NOT_FOUND.*What to do:/m)
  expect(readFileSync(summary, 'utf8')).toContain('### IRIS did not start: ENGINE_NOT_FOUND')
})
