import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { documentationPages, readPage, withCurrentSnippets } from './snippets.ts'

const ROOT = join(import.meta.dirname, '../..')

test.for(documentationPages())('%s shows its snippets as the tested files have them', (page) => {
  expect(readPage(page), 'to bring it up to date: pnpm docs').toBe(withCurrentSnippets(page))
})

test.for(documentationPages())('%s links to files that exist', (page) => {
  const targets = [...readPage(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(
    ([, target]) => target as string,
  )
  expect(targets.filter((target) => !existsSync(join(ROOT, dirname(page), target)))).toEqual([])
})
