import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ReaperLog, reaperLog } from './reaper-log.ts'

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'iris-log-'))
  path = reaperLog(join(folder, 'port-registry.json'))
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('lies beside its registry, each registry with its own', () => {
  expect(path).toBe(join(folder, 'reaper.log'))
  expect(reaperLog(join(folder, 'other.json'))).toBe(join(folder, 'other.reaper.log'))
})

test('stays within its bounds, and keeps the newest lines', () => {
  const log = new ReaperLog(path, 1_000)
  for (let line = 0; line < 500; line += 1) log.write(`line ${line}`)
  expect(statSync(path).size + statSync(`${path}.old`).size).toBeLessThan(2_200)
  expect(readFileSync(path, 'utf8')).toContain('line 499')
})

test('does not say the same twice in a row, and survives the loss of its folder', () => {
  const log = new ReaperLog(path)
  for (const line of ['the engine does not answer', 'the engine does not answer', 'it answers']) log.write(line)
  expect(readFileSync(path, 'utf8').trim().split('\n')).toHaveLength(2)
  rmSync(folder, { recursive: true })
  log.write('nobody hears this')
})
