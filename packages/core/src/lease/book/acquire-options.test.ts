import { execFileSync } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { resolveOptions } from './acquire-options.ts'

let folder: string

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'iris-options-')))
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('defaults', () => {
  test('keep warm on a workstation and stop in CI', () => {
    expect(resolveOptions({}, {}, folder)).toMatchObject({
      projectPath: folder,
      keep: 'warm',
      isolation: 'worker',
      workers: 1,
      idleTimeoutMs: 900_000,
      startupTimeoutMs: 180_000,
    })
    for (const [CI, keep] of [
      ['true', 'stop'],
      ['1', 'stop'],
      ['false', 'warm'],
      ['0', 'warm'],
      ['', 'warm'],
    ]) {
      expect(resolveOptions({}, { CI }, folder).keep).toBe(keep)
    }
  })

  test('give way to the environment, and that to options; only the project and no image is stronger in the environment', () => {
    const env = {
      CI: 'true',
      IRIS_DEVTESTER_KEEP: 'warm',
      IRIS_DEVTESTER_ISOLATION: 'run',
      IRIS_DEVTESTER_IDLE_TIMEOUT_MS: '5000',
      IRIS_DEVTESTER_STARTUP_TIMEOUT_MS: '6000',
      IRIS_DEVTESTER_QUIET: '1',
      IRIS_IMAGE: 'iris:env',
      IRIS_PROJECT_PATH: join(folder, 'named'),
    }
    const fromEnvironment = resolveOptions({ projectPath: folder }, env, '/')
    expect(fromEnvironment).toMatchObject({
      keep: 'warm',
      isolation: 'run',
      idleTimeoutMs: 5_000,
      startupTimeoutMs: 6_000,
      quiet: true,
      projectPath: join(folder, 'named'),
    })
    expect(fromEnvironment.settings.image).toBe('iris:env')
    const options = { keep: 'stop', isolation: 'shared', idleTimeoutMs: 0, quiet: false, image: 'iris:option' } as const
    expect(resolveOptions(options, env, folder)).toMatchObject({
      keep: 'stop',
      isolation: 'shared',
      idleTimeoutMs: 0,
      quiet: false,
      settings: { image: 'iris:option' },
    })
  })
})

test.each([
  [{ isolation: 'thread' }, {}, 'isolation'],
  ['registry.example.com/iris', {}, 'iris'],
  [{ workers: 0 }, {}, 'workers'],
  [{ workers: 1.5 }, {}, 'workers'],
  [{ startupTimeoutMs: 0 }, {}, 'startupTimeoutMs'],
  [{ keep: 'cold' }, { IRIS_DEVTESTER_KEEP: 'warm' }, 'keep'],
  [{}, { IRIS_DEVTESTER_KEEP: 'cold' }, 'IRIS_DEVTESTER_KEEP'],
  [{}, { IRIS_DEVTESTER_ISOLATION: 'workers' }, 'IRIS_DEVTESTER_ISOLATION'],
  [{}, { IRIS_DEVTESTER_ON_FAILURE: 'kep' }, 'IRIS_DEVTESTER_ON_FAILURE'],
  [{}, { IRIS_DEVTESTER_SHARE: 'all' }, 'IRIS_DEVTESTER_SHARE'],
  [{}, { IRIS_DEVTESTER_STARTUP_TIMEOUT_MS: '0' }, 'IRIS_DEVTESTER_STARTUP_TIMEOUT_MS'],
  [{}, { IRIS_PROJECT_PATH: 'packages/a' }, 'IRIS_PROJECT_PATH'],
  [{}, { IRIS_DEVTESTER_IDLE_TIMEOUT_MS: '15m' }, 'IRIS_DEVTESTER_IDLE_TIMEOUT_MS'],
])('what makes no sense is refused with its name: %j %j', (options, env, name) => {
  expect(() => resolveOptions(options as object, env, folder)).toThrow(
    expect.objectContaining({ code: 'OPTION_INVALID', details: expect.objectContaining({ option: name }) }),
  )
})

test('variables that are set to nothing, as a CI does it, mean the defaults', () => {
  const names = [
    'ISOLATION',
    'KEEP',
    'ON_FAILURE',
    'SHARE',
    'IDLE_TIMEOUT_MS',
    'STARTUP_TIMEOUT_MS',
    'QUIET',
    'REPLACE',
  ]
  const env = Object.fromEntries(
    ['IRIS_PROJECT_PATH', ...names.map((one) => `IRIS_DEVTESTER_${one}`)].map((name) => [name, '']),
  )
  expect(resolveOptions({}, env, folder)).toEqual(resolveOptions({}, {}, folder))
})

test('two worktrees of one repository are two projects, and a link to one is the same project', () => {
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { stdio: 'ignore' })
  const repository = join(folder, 'repository')
  const worktree = join(folder, 'worktree')
  git('init', repository)
  git('-C', repository, 'commit', '--allow-empty', '-m', 'first')
  git('-C', repository, 'worktree', 'add', worktree)
  const projectOf = (path: string) => resolveOptions({}, {}, path).projectPath
  expect(projectOf(repository)).not.toBe(projectOf(worktree))
  expect(projectOf(join(worktree, '..', 'repository', '.'))).toBe(projectOf(repository))
})

describe('reset', () => {
  test.each([
    [{}, 'file'],
    [{ isolation: 'run' }, false],
    [{ isolation: 'shared' }, false],
    [{ reset: false }, false],
    [{ reset: 'each', workers: 4 }, 'each'],
    [{ reset: 'each', isolation: 'run' }, 'each'],
  ] as const)('%j is %j', (options, expected) => {
    expect(resolveOptions(options, {}, folder).reset).toBe(expected)
  })

  test.each([
    [{ reset: 'each', isolation: 'shared' }, 'other runs'],
    [{ reset: 'file', isolation: 'run', workers: 2 }, 'all 2 workers'],
    [{ reset: 'always' as never }, "'each', 'file' or false"],
    [{ resetExcept: 'Sample.Country' as never }, "['Sample.Country']"],
  ] as const)('%j is refused', (options, words) => {
    let error: unknown
    try {
      resolveOptions(options, {}, folder)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toMatchObject({ code: 'OPTION_INVALID', message: expect.stringContaining(words) })
  })
})
