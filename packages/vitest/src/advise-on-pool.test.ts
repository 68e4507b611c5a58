import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { TestProject } from 'vitest/node'
import { adviseOnPool } from './advise-on-pool.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'iris-advise-'))
})
afterEach(() => rmSync(root, { recursive: true }))

/** What a project with this pool is told. */
function advice(pool: string): string[] {
  const warnings: string[] = []
  const logger = { warn: (text: string) => warnings.push(text) }
  adviseOnPool({ config: { pool, root }, vitest: { logger } } as unknown as TestProject)
  return warnings
}

const DRIVER = { '@intersystems/intersystems-iris-native': '1' }

test.each([{ dependencies: DRIVER }, { devDependencies: DRIVER }])(
  'who uses the official driver (%j) is warned of worker threads, and of nothing else',
  (manifest) => {
    writeFileSync(join(root, 'package.json'), JSON.stringify(manifest))
    const warning =
      "IRIS warning  @intersystems/intersystems-iris-native is unreliable in worker threads; set test.pool to 'forks'."
    expect(['threads', 'vmThreads', 'forks', 'vmForks'].map(advice)).toEqual([[warning], [warning], [], []])
  },
)

test('a project that does not use it, or has no manifest, gets no advice', () => {
  expect(advice('threads')).toEqual([])
  writeFileSync(join(root, 'package.json'), '{"dependencies":{"vitest":"5"}}')
  expect(advice('threads')).toEqual([])
})
