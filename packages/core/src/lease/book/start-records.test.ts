import { appendFileSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { lastStarts, recordStart } from './start-records.ts'

let folder: string
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'iris-starts-')), 'registry')
})
afterEach(() => rmSync(join(folder, '..'), { recursive: true }))

const start = (project: string, at: string) => ({
  at,
  project,
  runner: 'vitest',
  phases: [{ phase: 'boot', ms: 7 }] as const,
})

test("a project's starts are given, the newest first, whatever else is in the file", () => {
  expect(lastStarts(folder, '/a')).toEqual([])
  recordStart(folder, start('/a', '2030-01-01T00:00:00Z'))
  recordStart(folder, start('/b', '2030-01-01T00:00:01Z'))
  appendFileSync(join(folder, 'starts.jsonl'), '{"half": \nnull\n42\n')
  recordStart(folder, { ...start('/a', '2030-01-01T00:00:02Z'), failure: 'IRIS_EXITED' })
  expect(lastStarts(folder, '/a')).toEqual([
    { ...start('/a', '2030-01-01T00:00:02Z'), failure: 'IRIS_EXITED' },
    start('/a', '2030-01-01T00:00:00Z'),
  ])
  expect(lastStarts(folder, '/a', 1)).toHaveLength(1)
  expect(statSync(join(folder, 'starts.jsonl')).mode & 0o777).toBe(0o600)
})

test('the file does not grow for ever, and keeps the newest', () => {
  for (let count = 0; count < 2_500; count += 1) recordStart(folder, start('/a', new Date(count * 1_000).toISOString()))
  expect(statSync(join(folder, 'starts.jsonl')).size).toBeLessThan(200_200)
  expect(lastStarts(folder, '/a')[0]?.at).toBe(new Date(2_499_000).toISOString())
})

test('where nothing can be written, nothing happens', () => {
  recordStart('/dev/null/registry', start('/a', '2030-01-01T00:00:00Z'))
  expect(lastStarts('/dev/null/registry', '/a')).toEqual([])
})
