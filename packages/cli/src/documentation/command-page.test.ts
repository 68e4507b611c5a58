import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { COMMANDS } from '../definitions/index.ts'
import { commandPage } from './command-page.ts'

test('docs/cli.md is what the definitions give; else run node packages/cli/src/documentation/write-page.ts', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/cli.md'), 'utf8')

  expect(page).toBe(commandPage(COMMANDS))
})
