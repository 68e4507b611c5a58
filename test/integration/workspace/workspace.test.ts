import { join } from 'node:path'
import { expect, test } from 'vitest'
import { RegistryHome } from '../consumer/registry-home.ts'
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

test('Turborepo runs all packages at once in its strict environment mode', async () => {
  await using home = new RegistryHome()
  const manifest = {
    name: 'monorepo',
    private: true,
    packageManager: 'npm@11.0.0',
    workspaces: ['packages/*'],
  }
  using project = exampleProject('monorepo', { 'package.json': JSON.stringify(manifest) }, { turbo: 'turbo' })

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

test('the example with two instances passes where a user has copied it', async () => {
  await using home = new RegistryHome()
  using project = exampleProject('two-instances')

  const { exitCode, output } = await project.start(VITEST, ['run'], { ...home.env, ...STOP }).ended

  expect(exitCode, output).toBe(0)
  expect(output.match(/IRIS ready/g)).toHaveLength(2)
  expect(await home.untilClean(), home.reaperLog()).toEqual([])
})
