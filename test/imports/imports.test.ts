import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { cruise, type ICruiseResult } from 'dependency-cruiser'
import { afterEach, beforeEach, expect, test } from 'vitest'
import configuration from '../../.dependency-cruiser.mjs'

let folder: string

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'imports-')))
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** The rules that are broken by files of which each imports the others named. */
async function brokenBy(files: Readonly<Record<string, readonly string[]>>): Promise<string[]> {
  for (const [path, imports] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), `${imports.map((one) => `import '${one}'`).join('\n')}\nexport {}\n`)
  }
  const ruleSet = { forbidden: configuration.forbidden }
  const { output } = await cruise(['packages'], { ...configuration.options, baseDir: folder, validate: true, ruleSet })
  return (output as ICruiseResult).summary.violations.map(({ rule }) => rule.name)
}

test('a folder may import from those below it', async () => {
  const broken = await brokenBy({
    'packages/core/src/lease/acquire/a.ts': ['../book/b.ts', '../../ports/document/c.ts'],
    'packages/core/src/lease/book/b.ts': ['../../ports/port-registry.ts'],
    'packages/core/src/ports/port-registry.ts': ['./document/c.ts'],
    'packages/core/src/ports/document/c.ts': [],
  })
  expect(broken).toEqual([])
})

test('a test, and what only tests use, may import anything of the package', async () => {
  const broken = await brokenBy({
    'packages/core/src/ports/store/a.test.ts': ['../../lease/testing/b.ts', '../assign/c.ts'],
    'packages/core/src/lease/testing/b.ts': ['../acquire/d.ts'],
    'packages/core/src/ports/assign/c.ts': [],
    'packages/core/src/lease/acquire/d.ts': [],
  })
  expect(broken).toEqual([])
})

test.each([
  ['errors', 'ports/document', 'errors-imports-upwards'],
  ['ports/store', 'ports/assign', 'ports-store-imports-upwards'],
  ['ports/document', 'ports', 'ports-document-imports-upwards'],
  ['container', 'lease/book', 'container-imports-upwards'],
  ['lease/cleanup', 'lease/acquire', 'lease-cleanup-imports-upwards'],
  ['connection', 'engine', 'connection-loads-more-than-it-needs'],
  ['lease/acquire', 'lease/cleanup', 'past-the-entry-of-cleanup'],
])('a file of %s that imports from %s breaks the rule %s', async (from, to, rule) => {
  const up = '../'.repeat(from.split('/').length)
  const broken = await brokenBy({
    [`packages/core/src/${from}/a.ts`]: [`${up}${to}/b.ts`],
    [`packages/core/src/${to}/b.ts`]: [],
  })
  expect(broken).toEqual([rule])
})

test('two files that import each other, a way past the entries of a package, and a test in the product break rules', async () => {
  const broken = await brokenBy({
    'packages/core/src/errors/a.ts': ['./b.ts'],
    'packages/core/src/errors/b.ts': ['./a.ts'],
    'packages/vitest/src/c.ts': ['../../core/src/errors/a.ts', '../../../test/d.ts'],
    'test/d.ts': [],
  })
  expect(broken.toSorted()).toEqual(['circle', 'past-the-entries-of-a-package', 'product-uses-tests'])
})

test('an adapter that imports from another one, and a helper of tests in the product break rules', async () => {
  const broken = await brokenBy({
    'packages/vitest/src/a.ts': ['../../jest/src/b.ts'],
    'packages/jest/src/b.ts': [],
    'packages/core/src/lease/acquire/c.ts': ['../testing/d.ts'],
    'packages/core/src/lease/testing/d.ts': [],
  })
  expect(broken.toSorted()).toEqual(['past-the-entries-of-a-package', 'product-uses-tests'])
})

test('two folders of the command line that import each other break a rule, though no two files do', async () => {
  const broken = await brokenBy({
    'packages/cli/src/program/a.ts': ['../output/b.ts'],
    'packages/cli/src/output/b.ts': [],
    'packages/cli/src/output/c.ts': ['../program/d.ts'],
    'packages/cli/src/program/d.ts': [],
  })
  expect(broken).toEqual(['program-imports-upwards'])
})

test('a folder that has no place among the layers breaks a rule, whether it imports or is imported', async () => {
  const importing = await brokenBy({
    'packages/core/src/ports/fleet/a.ts': ['../document/b.ts'],
    'packages/core/src/ports/document/b.ts': [],
  })
  expect(importing).toEqual(['folder-without-a-layer'])
  rmSync(join(folder, 'packages'), { recursive: true })
  const imported = await brokenBy({
    'packages/core/src/run/a.ts': ['../fleet/b.ts'],
    'packages/core/src/fleet/b.ts': [],
  })
  expect(imported).toEqual(['folder-without-a-layer'])
})
