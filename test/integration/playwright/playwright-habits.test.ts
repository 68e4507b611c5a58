import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ConsumerProject } from '../consumer/consumer-project.ts'
import { RegistryHome } from '../consumer/registry-home.ts'
import { configuration, PLAYWRIGHT, playwrightProject, SEE, seenIn } from './playwright-project.ts'

let home: RegistryHome
let project: ConsumerProject

beforeAll(() => {
  home = new RegistryHome()
  project = playwrightProject({
    'playwright.config.ts': configuration(),
    'see.spec.ts': `import { test } from '@iris-devtester/playwright'; test('sees', ({ iris }) => { ${SEE} })`,
    'flaky.spec.ts': `
      import { expect, test } from '@iris-devtester/playwright'
      test('passes at the second attempt', ({ iris }, { retry }) => {
        ${SEE}
        expect(retry).toBe(1)
      })`,
    'failing.spec.ts': `
      import { expect, test } from '@iris-devtester/playwright'
      test('fails', ({ iris }) => expect(iris.port).toBe(0))
      test('comes after it', () => console.log('AF' + 'TER'))`,
  })
})

afterAll(async () => {
  project[Symbol.dispose]()
  await home[Symbol.asyncDispose]()
})

function run(args: readonly string[], env: Record<string, string> = {}) {
  return project.start(PLAYWRIGHT, ['test', ...args], { ...home.env, ...env }).ended
}

test.each([
  ["irisImge: 'x'", 'There is no option "irisImge".', 'Did you mean irisImage?'],
  ["irisReset: 'ech'", 'The option irisReset is "ech", but must be one of each, file, false.', ''],
])('a slip in use, %s, is told, and nothing is started', async (use, message, hint) => {
  project.write('slip.config.ts', configuration({ server: '', more: `use: { ${use} }` }))
  const { exitCode, output } = await run(['see', '--config=slip.config.ts'])
  expect(exitCode, output).toBe(1)
  expect(output).toContain(message)
  expect(output).toContain(hint)
  expect(output).not.toContain('IRIS ready')
})

test('--retries runs a test again in the same namespace', async () => {
  const { exitCode, output } = await run(['flaky', '--retries=1'])
  expect(exitCode, output).toBe(0)
  expect(output).toContain('1 flaky')
  const seen = seenIn(output)
  expect(seen).toHaveLength(2)
  expect(new Set(seen.map(({ namespace }) => namespace)).size).toBe(1)
})

test('-x ends the run with the first failure', async () => {
  const { exitCode, output } = await run(['failing', '-x', '--workers=1'])
  expect(exitCode, output).toBe(1)
  expect(output).not.toContain('AFTER')
})

test('an editor passes one file with a line, and its own reporter', async () => {
  project.write(
    'editor-reporter.mjs',
    "export default class { onTestEnd(test, result) { console.log('EDITOR ' + test.title + ' ' + result.status) } }",
  )
  const { exitCode, output } = await run(['see.spec.ts:1', '--reporter=./editor-reporter.mjs'])
  expect(exitCode, output).toBe(0)
  expect(output).toContain('EDITOR sees passed')
})

test('JUnit reports a file that holds nothing of ours', async () => {
  const { exitCode, output } = await run(['see', '--reporter=junit'], { PLAYWRIGHT_JUNIT_OUTPUT_NAME: 'report.xml' })
  expect(exitCode, output).toBe(0)
  const report = readFileSync(join(project.folder, 'report.xml'), 'utf8')
  expect(report).toMatch(/<testsuites [^>]*tests="1" failures="0"/)
  expect(report).not.toContain('IRIS ready')
})

test('NO_COLOR leaves no control sequence in the output', async () => {
  const { exitCode, output } = await run(['see'], { NO_COLOR: '1', FORCE_COLOR: '' })
  expect(exitCode, output).toBe(0)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control sequences begin with one.
  expect(output).not.toMatch(/\u001b\[/)
})

test('on GitHub Actions a failed start is an annotation on a line of its own, and in the summary of the job', async () => {
  const summary = join(project.folder, 'summary.md')
  const { exitCode, output } = await run(['see'], {
    DOCKER_HOST: 'unix:///nowhere',
    GITHUB_ACTIONS: 'true',
    GITHUB_STEP_SUMMARY: summary,
  })
  expect(exitCode).toBe(1)
  expect(output).toMatch(/^::error title=IRIS did not start.*ENGINE_NOT_FOUND.*What to do:/m)
  expect(readFileSync(summary, 'utf8')).toContain('### IRIS did not start: ENGINE_NOT_FOUND')
})
