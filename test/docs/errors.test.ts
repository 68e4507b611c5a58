import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readPage } from './snippets.ts'

const PACKAGES = join(import.meta.dirname, '../../packages')

/** Every code that a class or a union of ours can carry, read from the sources. */
function codesInSources(): string[] {
  const codes = readdirSync(PACKAGES, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\/src\/.*-error\.ts$/.test(path) || /src\/.*(external-iris|connection-info)\.ts$/.test(path))
    .flatMap((path) => [
      ...readFileSync(join(PACKAGES, path), 'utf8').matchAll(/(?:^ {2}\| | Code = |code: )'([A-Z]+(?:_[A-Z]+)+)'/gm),
    ])
    .map(([, code]) => code as string)
  return [...new Set(codes)].sort()
}

test('every error code has its entry, and every entry its code', () => {
  const entries = [...readPage('docs/errors.md').matchAll(/^### ([A-Z_]+)$/gm)].map(([, code]) => code as string)
  expect(entries.toSorted()).toEqual(codesInSources())
})
