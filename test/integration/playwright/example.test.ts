import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { NODE_RANGE } from '../../machine/port-ranges.ts'
import { RegistryHome } from '../consumer/registry-home.ts'
import { PLAYWRIGHT, playwrightProject } from './playwright-project.ts'

const EXAMPLE = join(import.meta.dirname, '../../../examples/playwright')

test('the example, copied elsewhere, is clicked through in a browser', async () => {
  await using home = new RegistryHome()
  using project = playwrightProject(exampleFiles())

  const env = { IRIS_DEVTESTER_KEEP: 'stop', IRIS_DEVTESTER_NODE_PORT_RANGE: NODE_RANGE.join('-') }
  const { exitCode, output } = await project.start(PLAYWRIGHT, ['test'], { ...home.env, ...env }).ended

  expect(exitCode, output).toBe(0)
  expect(output).toContain('2 passed')
  // The application's port stays the project's.
  expect(await home.leftovers()).toEqual([expect.stringMatching(/^port 3\d{3}$/)])
})

function exampleFiles(): Record<string, string> {
  const paths = readdirSync(EXAMPLE, { recursive: true, encoding: 'utf8' }).filter(
    (path) => !/^(node_modules|test-results)/.test(path) && statSync(join(EXAMPLE, path)).isFile(),
  )
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(EXAMPLE, path), 'utf8')]))
}
