import { existsSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { DetectedRunner } from './detect-runners.ts'
import { editJestJson } from './edit-jest-json.ts'
import { editJestModule } from './edit-jest-module.ts'
import { editPlaywright } from './edit-playwright.ts'
import { editVitest } from './edit-vitest.ts'
import { ADVICE, JSON_ADVICE, packageFor, type RunnerName, type SetupEdit } from './runner-setup.ts'

const FRESH: Readonly<Record<RunnerName, string>> = {
  vitest: `import { iris } from '@iris-devtester/vitest'
import { defineConfig } from 'vitest/config'

export default defineConfig({ plugins: [iris()] })
`,
  jest: '{ "preset": "@iris-devtester/jest" }\n',
  playwright: `import { irisServer } from '@iris-devtester/playwright'
import { defineConfig } from '@playwright/test'

export default defineConfig({ webServer: [irisServer()] })
`,
}

/** What would have to be written; a file that names our package already is left as it is. */
export function proposeEdit({ runner, path }: DetectedRunner): SetupEdit {
  if (!existsSync(path)) return { runner, path, before: '', after: FRESH[runner] }
  const before = readFileSync(path, 'utf8')
  const unchanged = { runner, path, before, after: before }
  if (before.includes(packageFor(runner)) && basename(path) !== 'package.json') return unchanged
  try {
    const after = editorFor(runner, path)(before)
    return after === undefined ? { ...unchanged, advice: adviceFor(runner, path) } : { runner, path, before, after }
  } catch (error) {
    // A form that the editor doesn't know is for a person to change.
    const [problem] = (error as Error).message.split('\n')
    const reason = error instanceof SyntaxError ? ` (It can't be read: ${problem}.)` : ''
    return { ...unchanged, advice: `${adviceFor(runner, path)}${reason}` }
  }
}

function adviceFor(runner: RunnerName, path: string): string {
  return path.endsWith('.json') ? JSON_ADVICE : ADVICE[runner]
}

/** Gives the new content, the same when nothing is to be done, `undefined` when it can't be edited. */
type Editor = (source: string) => string | undefined

function editorFor(runner: RunnerName, path: string): Editor {
  switch (runner) {
    case 'vitest':
      return editVitest
    case 'playwright':
      return editPlaywright
    case 'jest':
      return path.endsWith('.json')
        ? (source) => editJestJson(source, basename(path) === 'package.json')
        : editJestModule
  }
}
