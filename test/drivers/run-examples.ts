import { existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ConsumerProject } from '../integration/consumer/consumer-project.ts'
import { RegistryHome } from '../integration/consumer/registry-home.ts'
import { JEST, jestProject, PRESET } from '../integration/jest/jest-project.ts'
import { configuration, PLAYWRIGHT, playwrightProject } from '../integration/playwright/playwright-project.ts'
import { VITEST, vitestProject } from '../integration/vitest/vitest-project.ts'

/** The binary that the official driver takes on systems that it doesn't know, and which isn't in the package. */
const UNKNOWN_SYSTEM = 'lnxrhx64'

interface Example {
  readonly runner: string
  readonly file: string
  readonly command: readonly [program: string, ...args: string[]]
  readonly project: (test: Readonly<Record<string, string>>) => ConsumerProject
}

const EXAMPLES: readonly Example[] = [
  { runner: 'Vitest', file: 'vitest.test.js', command: [VITEST, 'run'], project: (test) => vitestProject(test) },
  {
    runner: 'Jest',
    file: 'jest.test.js',
    command: [JEST],
    project: (test) => jestProject({ 'jest.config.js': PRESET, ...test }),
  },
  {
    runner: 'Playwright',
    file: 'playwright.spec.js',
    command: [PLAYWRIGHT, 'test'],
    project: (test) => playwrightProject({ 'playwright.config.ts': configuration(), ...test }),
  },
]

/** Runs the documentation's examples of the official driver, each in a project of its runner, and prints what becomes of them. */
export async function runExamples(driver: string): Promise<void> {
  const missing = join(driver, 'bin', UNKNOWN_SYSTEM)
  const there = readdirSync(join(driver, 'bin')).find((name) => name.startsWith('lnxubuntu2204x64'))
  if (!existsSync(missing) && there) symlinkSync(there, missing)
  for (const { runner, file, command, project } of EXAMPLES) {
    await using home = new RegistryHome()
    const example = readFileSync(fileURLToPath(new URL(`examples/${file}`, import.meta.url)), 'utf8')
    using consumer = project({ [file]: example })
    consumer.link('@intersystems/intersystems-iris-native', driver)
    const [program, ...args] = command
    const { exitCode, output } = await consumer.start(program, args, { ...home.env, IRIS_DEVTESTER_KEEP: 'stop' }).ended
    console.log(`${`example for ${runner}`.padEnd(48)}${exitCode === 0 ? 'passes' : `fails:\n${output}`}`)
  }
}
