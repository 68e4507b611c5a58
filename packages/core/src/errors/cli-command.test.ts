import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { cliCommand } from './cli-command.ts'

let folder: string
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'cli-command-')))
})
afterEach(() => rmSync(folder, { recursive: true }))

function file(path: string): string {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), '{}')
  return join(folder, path)
}

test('a project without the command line gets the name that npx can fetch', () => {
  expect(cliCommand(folder, undefined)).toBe('npx @iris-devtester/cli')
  expect(cliCommand(undefined, join(folder, 'gone.js'))).toBe('npx @iris-devtester/cli')
})

test('one that has it installed, or lies in such a workspace, gets the short form', () => {
  file('node_modules/@iris-devtester/cli/package.json')
  expect(cliCommand(folder, undefined)).toBe('npx iris-devtester')
  expect(cliCommand(join(folder, 'packages/shop'), undefined)).toBe('npx iris-devtester')
})

test('a global installation that runs is a command; what npx has fetched is none', () => {
  const project = join(folder, 'project')
  symlinkSync(file('lib/node_modules/@iris-devtester/cli/dist/main.js'), join(folder, 'iris-devtester'))
  expect(cliCommand(project, join(folder, 'iris-devtester'))).toBe('iris-devtester')
  const fetched = file('.npm/_npx/12ab/node_modules/@iris-devtester/cli/dist/main.js')
  expect(cliCommand(project, fetched)).toBe('npx @iris-devtester/cli')
})
