import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const PACKAGES = join(import.meta.dirname, '../../packages')

const sources = readdirSync(PACKAGES, { recursive: true, encoding: 'utf8' }).filter(
  (path) => /^[\w-]+\/src\/.*\.ts$/.test(path) && !path.endsWith('.test.ts'),
)

/** Lines that drop an error without a word: neither a log beside them nor a comment that says why none is needed. */
function silentLines(path: string): string[] {
  const lines = readFileSync(join(PACKAGES, path), 'utf8').split('\n')
  const isComment = (at: number) => /^\s*\/\//.test(lines[at] ?? '')
  return lines.flatMap((line, at) => {
    const dropsInBlock = /\bcatch \{\s*$/.test(line) && !isComment(at + 1)
    const dropsInCall = /\.catch\(\(\) =>/.test(line) && !isComment(at - 1) && !isComment(at + 1)
    return dropsInBlock || dropsInCall ? [`${path}:${at + 1}`] : []
  })
}

test('each error that is dropped is logged, or a comment says why not', () => {
  expect(sources.length).toBeGreaterThan(100)
  expect(sources.flatMap(silentLines)).toEqual([])
})
