import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findProject } from './find-project.ts'

let home: string
let deep: string
const nobody = async () => false

beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'find-project-')))
  deep = join(home, 'shop/src/orders')
  mkdirSync(deep, { recursive: true })
})

afterEach(() => rmSync(home, { recursive: true, force: true }))

test.each(['package.json', 'vitest.config.mts', 'jest.config.json', 'playwright.config.ts', '.git'])(
  'a folder with %s is the project of the folders in it',
  async (name) => {
    writeFileSync(join(home, 'shop', name), '')
    expect(await findProject(deep, nobody, home)).toBe(join(home, 'shop'))
    expect(await findProject(join(home, 'shop'), nobody, home)).toBe(join(home, 'shop'))
  },
)

test('the nearest one counts', async () => {
  writeFileSync(join(home, 'shop/package.json'), '{}')
  writeFileSync(join(home, 'shop/src/package.json'), '{}')
  expect(await findProject(deep, nobody, home)).toBe(join(home, 'shop/src'))
})

test('a folder that the registry knows is a project, whatever is in it', async () => {
  expect(await findProject(deep, async (folder) => folder === join(home, 'shop'), home)).toBe(join(home, 'shop'))
})

test('a folder that belongs to no project is its own', async () => {
  expect(await findProject(deep, nobody, home)).toBe(deep)
})

test('the home folder and those above it are no project of the folders in it', async () => {
  writeFileSync(join(home, 'package.json'), '{}')
  expect(await findProject(deep, nobody, home)).toBe(deep)
  expect(await findProject(deep, nobody, join(home, 'elsewhere/me'))).toBe(deep)
  expect(await findProject(home, nobody, home)).toBe(home)
})
