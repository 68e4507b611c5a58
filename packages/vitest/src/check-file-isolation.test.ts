import { expect, test } from 'vitest'
import type { TestProject } from 'vitest/node'
import { checkFileIsolation } from './check-file-isolation.ts'

const check = (config: object) => () => checkFileIsolation({ config } as TestProject)

test.each([
  [{}],
  [{ isolate: true, pool: 'threads' }],
  [{ isolate: false, pool: 'vmThreads' }],
  [{ isolate: false, pool: 'vmForks' }],
  [{ pool: 'forks', poolOptions: { threads: { isolate: false } } }],
])('a test file can be told its namespace: %j', (config) => expect(check(config)).not.toThrow())

test.each([
  [{ isolate: false }, 'keeps the modules'],
  [{ pool: 'forks', poolOptions: { forks: { isolate: false } } }, 'keeps the modules'],
  [{ browser: { enabled: true } }, 'A browser gets its namespace once'],
])('a test file can not be told its namespace: %j', (config, reason) => expect(check(config)).toThrow(reason))
