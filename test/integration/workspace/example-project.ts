import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ConsumerProject } from '../consumer/consumer-project.ts'

/** A copy of an example that is tested with Vitest, with the packages installed at its root. */
export function exampleProject(
  name: string,
  changes: Readonly<Record<string, string>> = {},
  dependencies: Readonly<Record<string, string>> = {},
): ConsumerProject {
  const vitest = process.env.IRIS_TEST_VITEST ?? 'vitest'
  const project = new ConsumerProject({
    files: { ...filesOf(fileURLToPath(new URL(`../../../examples/${name}`, import.meta.url))), ...changes },
    packages: ['vitest'],
    dependencies: { vitest, ...dependencies },
  })
  mkdirSync(join(project.folder, 'node_modules/.bin'))
  symlinkSync('../vitest/vitest.mjs', join(project.folder, 'node_modules/.bin/vitest'))
  chmodSync(join(project.folder, 'node_modules/.bin/vitest'), 0o755)
  return project
}

/** What git would hold of a folder: path to content. */
function filesOf(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (path) => !/(^|\/)(node_modules|\.turbo)(\/|$)/.test(path) && statSync(join(folder, path)).isFile(),
  )
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder, path), 'utf8')]))
}
