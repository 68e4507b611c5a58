import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { ConsumerProject } from '../consumer/consumer-project.ts'
import { RegistryHome } from '../consumer/registry-home.ts'
import { JEST } from './jest-project.ts'

const EXAMPLE = fileURLToPath(new URL('../../../examples/jest', import.meta.url))

test('the example passes where a user has copied it, in two workers with a namespace each', async () => {
  await using home = new RegistryHome()
  using project = new ConsumerProject({
    files: { ...filesOf(EXAMPLE), 'tell.cjs': "process.stdout.write('RUNS IN ' + iris.namespace + '\\n')" },
    packages: ['jest'],
    dependencies: Object.fromEntries(
      ['jest', '@jest/globals', '@swc/jest', '@swc/core'].map((name) => [
        name,
        `../examples/jest/node_modules/${name}`,
      ]),
    ),
  })

  const { exitCode, output } = await project.start(JEST, ['--setupFilesAfterEnv', './tell.cjs'], {
    ...home.env,
    IRIS_DEVTESTER_KEEP: 'stop',
  }).ended

  expect(exitCode, output).toBe(0)
  expect(output).toContain('2 passed, 2 total')
  expect(new Set(output.match(/RUNS IN IDT\w+/g)).size).toBe(2)
  expect(await home.leftovers()).toEqual([])
})

/** What git would hold of a folder: path to content. */
function filesOf(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (path) => !path.startsWith('node_modules') && statSync(join(folder, path)).isFile(),
  )
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder, path), 'utf8')]))
}
