import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { configFolder } from './app-port.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'iris-config-'))
  writeFileSync(join(folder, 'playwright.config.ts'), '')
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('the folder of the configuration', () => {
  test.for([
    ['test', '-c', 'playwright.config.ts'],
    ['test', '--config', '.', '--headed'],
    ['test', '--config=playwright.config.ts'],
    ['test'],
  ])('is found from %j', (argv) => {
    expect(configFolder(argv, folder)).toBe(folder)
  })

  test('may be another than the one the runner was started in', () => {
    expect(configFolder(['test', '-c', folder], '/')).toBe(folder)
    expect(configFolder(['test', `--config=${join(folder, 'playwright.config.ts')}`], '/')).toBe(folder)
  })
})
