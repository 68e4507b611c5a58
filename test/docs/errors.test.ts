import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { errorTexts, readErrorPage, withCurrentTexts } from './error-texts.ts'
import { readPage } from './snippets.ts'

const PACKAGES = join(import.meta.dirname, '../../packages')

/** Every code that an error of ours can carry, read from the sources: the unions of codes, and codes given directly. */
function codesInSources(): string[] {
  const codes = readdirSync(PACKAGES, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\/src\/.*\.ts$/.test(path) && !path.endsWith('.test.ts'))
    .flatMap((path) => {
      const text = readFileSync(join(PACKAGES, path), 'utf8')
      const unions = path.endsWith('-error.ts') ? text.matchAll(/(?:^ {2}\|| =| \|) '([A-Z]+(?:_[A-Z]+)+)'/gm) : []
      return [...unions, ...text.matchAll(/new IrisDevtesterError\(\{\s*code: '([A-Z]+(?:_[A-Z]+)+)'/g)]
    })
    .map(([, code]) => code as string)
  return [...new Set(codes)].sort()
}

test('every error code has its entry, and every entry its code', () => {
  const entries = [...readPage('docs/errors.md').matchAll(/^### ([A-Z_]+)$/gm)].map(([, code]) => code as string)
  expect(entries.toSorted()).toEqual(codesInSources())
})

test('the contents list names every entry, in the order of the page', () => {
  const page = readPage('docs/errors.md')
  const [contents = '', ...sections] = page.split(/^## /m)
  const listed = [...contents.matchAll(/\[([A-Z_]+)\]\(#([a-z_]+)\)/g)]
  const entries = [...sections.join('').matchAll(/^### ([A-Z_]+)$/gm)].map(([, code]) => code)
  expect(listed.map(([, code]) => code)).toEqual(entries)
  for (const [, code = '', anchor] of listed) expect(anchor).toBe(code.toLowerCase())
})

test('the page ends with every text of every error, as the sources have it', () => {
  expect(readErrorPage(), 'to bring it up to date: pnpm run docs').toBe(withCurrentTexts(readErrorPage()))
})

test('a text is made of sentences, and a remedy of lines that say what to do', () => {
  const texts = errorTexts()
  expect(texts.length).toBeGreaterThan(100)
  const open = texts
    .map(({ message }) => message)
    .filter((message) => !/[.:?>)\]]$|\n {2}| See: /.test(message.trimEnd()))
  expect(open).toEqual([])
})
