import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { detectType } from './detect-type.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'iris-type-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

it.each([
  [['package.json'], 'node', 'package.json'],
  [['package.json', 'index.html'], 'node', 'package.json'],
  [['composer.json', 'index.php'], 'php', 'composer.json'],
  [['index.php'], 'php', 'index.php'],
  [['pyproject.toml'], 'python', 'pyproject.toml'],
  [['requirements.txt', 'manage.py'], 'python', 'manage.py'],
  [['index.html', 'style.css'], 'static', 'index.html'],
] as const)('a project with %j is of type %s', (files, type, file) => {
  for (const name of files) writeFileSync(join(folder, name), '')
  expect(detectType(folder)).toEqual({ type, file })
})

it.each([
  [[], 'No file'],
  [['README.md'], 'No file'],
  [['package.json', 'composer.json'], 'composer.json and package.json'],
  [['package.json', 'requirements.txt'], 'different types'],
] as const)('of a project with %j it is not guessed', (files, message) => {
  for (const name of files) writeFileSync(join(folder, name), '')
  mkdirSync(join(folder, 'constructor'))
  expect(() => detectType(folder)).toThrow(
    expect.objectContaining({ code: 'TYPE_UNKNOWN', message: expect.stringContaining(message) }),
  )
})
