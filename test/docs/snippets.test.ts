import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { documentationPages, readPage, withCurrentSnippets } from './snippets.ts'

const ROOT = join(import.meta.dirname, '../..')

test.for(documentationPages())('%s shows its snippets as the tested files have them', (page) => {
  expect(readPage(page), 'to bring it up to date: pnpm docs').toBe(withCurrentSnippets(page))
})

test.for(documentationPages())('%s has a code block behind each mark of a snippet', (page) => {
  expect(readPage(page).match(/<!-- snippet: .*-->\n(?!```\w+\n)/g) ?? []).toEqual([])
})

/** What the headings of a page are linked by, as GitHub makes it. */
function anchorsOf(page: string): string[] {
  const text = readPage(page).replaceAll(/^```[\s\S]*?^```/gm, '')
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

test.for(documentationPages())('%s links to headings that exist', (page) => {
  const links = [...readPage(page).matchAll(/\]\((?!https?:)([^)#\s]*)#([^)\s]+)\)/g)]
  const dead = links.filter(([, target = '', anchor = '']) => {
    const linked = target === '' ? page : join(dirname(page), target)
    return linked.endsWith('.md') && !anchorsOf(linked).includes(anchor)
  })
  expect(dead.map(([link]) => link)).toEqual([])
})

test.for(documentationPages())('%s links to files that exist', (page) => {
  const targets = [...readPage(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(
    ([, target]) => target as string,
  )
  expect(targets.filter((target) => !existsSync(join(ROOT, dirname(page), target)))).toEqual([])
})
