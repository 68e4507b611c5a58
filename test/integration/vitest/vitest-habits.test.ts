import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ConsumerProject } from '../consumer/consumer-project.ts'
import { RegistryHome } from '../consumer/registry-home.ts'
import { APP, CONFIG, SEE, seenIn, VITEST, vitestProject } from './vitest-project.ts'

const NO_ENGINE = { DOCKER_HOST: 'unix:///nowhere' }

let home: RegistryHome
let project: ConsumerProject

beforeAll(() => {
  home = new RegistryHome()
  project = vitestProject({
    'app.ts': APP,
    'see.test.ts': SEE,
    'flaky.test.ts': `
      import { expect, inject, test } from 'vitest'
      let attempts = 0
      test('passes at the second attempt', () => {
        attempts += 1
        expect(inject('iris').port).toBeGreaterThan(0)
        expect(attempts).toBe(2)
      })`,
    'failing.test.ts': `
      import { expect, test } from 'vitest'
      test('fails', () => expect(process.env.IRIS_PORT).toBe('none'))
      test('comes after it', () => console.log('AF' + 'TER'))`,
  })
})

afterAll(async () => {
  project[Symbol.dispose]()
  await home[Symbol.asyncDispose]()
})

function run(args: readonly string[], env: Record<string, string> = {}) {
  return project.start(VITEST, ['run', ...args], { ...home.env, ...env }).ended
}

describe('the ways a runner is used', () => {
  test('--retry runs a test again in the same namespace', async () => {
    const { exitCode, output } = await run(['flaky', '--retry=1'])
    expect(exitCode, output).toBe(0)
    expect(output).not.toContain('IRIS log')
  })

  test('--bail ends the run, and the log of the container is shown', async () => {
    const { exitCode, output } = await run(['failing', '--bail=1'])
    expect(exitCode).toBe(1)
    expect(output).not.toContain('AFTER')
    expect(output).toMatch(/IRIS log {2}iris_[0-9a-f]{8}_\d+, last \d+ lines/)
  })

  test('--changed runs what a change concerns', async () => {
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.org', ...args], {
        cwd: project.folder,
      })
    git('init', '--quiet')
    project.write('.gitignore', 'node_modules\n')
    git('add', '.')
    git('commit', '--quiet', '--message', 'all')
    project.write('app.ts', `${APP}\n// changed`)
    const { exitCode, output } = await run(['--changed'])
    expect(exitCode, output).toBe(0)
    expect(seenIn(output)).toHaveLength(1)
    expect(output).toMatch(/Test Files .*1 passed/)
  })

  test('the TAP reporter has standard output to itself', async () => {
    const { exitCode, output, stdout } = await run(['see', '--reporter=tap'])
    expect(exitCode, output).toBe(0)
    expect(stdout).toMatch(/^(SEEN .*\n+)?TAP version 13\n1\.\.1\nok 1/)
    expect(stdout).not.toContain('IRIS ready')
    expect(output).toContain('IRIS ready')
  })

  test('JUnit reports a file that holds nothing of ours', async () => {
    const { exitCode, output } = await run(['see', '--reporter=junit', '--outputFile=report.xml'])
    expect(exitCode, output).toBe(0)
    const report = readFileSync(join(project.folder, 'report.xml'), 'utf8')
    expect(report).toMatch(/<testsuites [^>]*tests="1" failures="0" errors="0"/)
    expect(report).not.toContain('IRIS ready')
  })

  test('an editor passes its own reporter, one file and one test name', async () => {
    project.write(
      'editor-reporter.mjs',
      "export default class { onTestCaseResult(test) { console.log('EDITOR ' + test.fullName + ' ' + test.result().state) } }",
    )
    const args = [join(project.folder, 'see.test.ts'), '--reporter=./editor-reporter.mjs', '-t', '^ ?sees$']
    const { exitCode, output } = await run(args)
    expect(exitCode, output).toBe(0)
    expect(output).toContain('EDITOR sees passed')
  })

  test('NO_COLOR leaves no control sequence in the output', async () => {
    const { exitCode, output } = await run(['see'], { NO_COLOR: '1', FORCE_COLOR: '' })
    expect(exitCode, output).toBe(0)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control sequences begin with one.
    expect(output).not.toMatch(/\u001b\[/)
  })
})

const version = process.env.IRIS_TEST_VITEST ?? 'vitest'

test.skipIf(version !== 'vitest').each(['v8', 'istanbul'])(
  'coverage by %s counts the code under test and nothing of ours (needs the newest Vitest, whose providers are installed)',
  async (provider) => {
    using covered = new ConsumerProject({
      files: {
        'package.json': '{ "name": "consumer", "type": "module" }',
        'vitest.config.ts': CONFIG,
        'app.ts': APP,
        'see.test.ts': SEE,
      },
      packages: ['vitest'],
      dependencies: { vitest: version, [`@vitest/coverage-${provider}`]: `@vitest/coverage-${provider}` },
    })
    const args = ['run', '--coverage', `--coverage.provider=${provider}`, '--coverage.reporter=json-summary']
    const { exitCode, output } = await covered.start(VITEST, args, { ...home.env, IRIS_DEVTESTER_KEEP: 'stop' }).ended
    expect(exitCode, output).toBe(0)
    const summary = JSON.parse(readFileSync(join(covered.folder, 'coverage/coverage-summary.json'), 'utf8'))
    expect(Object.keys(summary)).toEqual(['total', join(covered.folder, 'app.ts')])
    expect(summary.total.statements).toMatchObject({ covered: 1, total: 1 })
  },
)

test('with an inspector, the reaper has none', async () => {
  await using own = new RegistryHome()
  const running = project.start(VITEST, ['run', 'see', '--no-file-parallelism'], {
    ...own.env,
    NODE_OPTIONS: '--inspect=127.0.0.1:0',
  })
  const { exitCode, output } = await running.ended
  expect(exitCode, output).toBe(0)
  const { reaper } = await own.registry.read()
  expect(reaper).toBeDefined()
  const environment = readFileSync(`/proc/${reaper?.pid}/environ`, 'utf8')
  const commandLine = readFileSync(`/proc/${reaper?.pid}/cmdline`, 'utf8')
  expect(environment + commandLine).not.toContain('--inspect')
})

test('on GitHub Actions a failed start is an annotation and in the summary of the job', async () => {
  const summary = join(project.folder, 'summary.md')
  const { exitCode, output } = await run(['see'], {
    ...NO_ENGINE,
    GITHUB_ACTIONS: 'true',
    GITHUB_STEP_SUMMARY: summary,
  })
  expect(exitCode).toBe(1)
  const [annotation = ''] = output.match(/^::error title=IRIS did not start.*$/m) ?? []
  expect(annotation).toContain('ENGINE_NOT_FOUND')
  expect(annotation).toContain('What to do:')
  expect(readFileSync(summary, 'utf8')).toContain('### IRIS did not start: ENGINE_NOT_FOUND')
})

test('a test runs ObjectScript in the namespace of its worker', async () => {
  await using own = new RegistryHome()
  using other = vitestProject({
    'vitest.config.ts': CONFIG,
    'script.test.ts': `
      import { execIris } from '@iris-devtester/core'
      import { expect, inject, test } from 'vitest'
      test('runs', async () => {
        expect(await execIris(['Write $namespace'])).toBe(inject('iris').namespace)
        expect(await execIris(['Write $namespace'], { namespace: 'USER' })).toBe('USER')
        await expect(execIris(['Write undefined'])).rejects.toMatchObject({ code: 'OBJECTSCRIPT_FAILED' })
        process.env.IRIS_PORT = '9'
        await expect(execIris(['Write 1'])).rejects.toMatchObject({ code: 'NO_CONTAINER' })
      })`,
  })
  const { exitCode, output } = await other.start(VITEST, ['run'], own.env).ended
  expect(exitCode, output).toBe(0)
})
