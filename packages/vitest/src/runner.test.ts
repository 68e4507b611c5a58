import { availableParallelism } from 'node:os'
import { expect, test } from 'vitest'
import type { TestProject } from 'vitest/node'
import { isListing, workersOf, workersOfRun } from './runner.ts'

type Config = Parameters<typeof workersOf>[0]
const workers = (config: object) => workersOf(config as Config)

test.each([
  ['vitest', 'list', true],
  ['vitest', '--config', 'list.config.ts', false],
  ['vitest', 'run', 'list', false],
  ['vitest', '--config', 'x', 'list', true],
  ['vitest', '--config', 'list', 'run', false],
  ['vitest', '-t', 'list', false],
  ['vitest', false],
])('whether Vitest only lists tests: %j', async (...words) => {
  const expected = words.pop()
  expect(await isListing(['node', ...(words as string[])])).toBe(expected)
})

test.each([
  ['what Vitest has resolved', { maxWorkers: 3 }, 3],
  ['a number that came as text', { maxWorkers: '5' }, 5],
  ['the forks of the pool', { pool: 'forks', maxWorkers: 8, poolOptions: { forks: { maxForks: 2 } } }, 2],
  ['the threads of the pool', { pool: 'threads', maxWorkers: 8, poolOptions: { threads: { maxThreads: 4 } } }, 4],
  ["another pool's options", { pool: 'threads', maxWorkers: 8, poolOptions: { forks: { maxForks: 2 } } }, 8],
  ['forks unless there is a pool', { maxWorkers: 8, poolOptions: { forks: { maxForks: 2 } } }, 2],
  ['a single fork', { pool: 'forks', maxWorkers: 8, poolOptions: { forks: { singleFork: true } } }, 1],
  ['a single thread', { pool: 'threads', maxWorkers: 8, poolOptions: { threads: { singleThread: true } } }, 1],
  [
    'a share of the cores that is less than one',
    { maxWorkers: '1%' },
    Math.max(1, Math.floor(availableParallelism() / 100)),
  ],
  ['all cores', { maxWorkers: '100%' }, availableParallelism()],
  ['nothing', {}, Math.max(1, availableParallelism() - 1)],
  ['nonsense', { maxWorkers: 'many' }, Math.max(1, availableParallelism() - 1)],
  ['none at all', { maxWorkers: 0 }, Math.max(1, availableParallelism() - 1)],
])('the number of workers follows %s', (_what, config, expected) => {
  expect(workers(config)).toBe(expected)
})

test.each([
  ['5.1.0', 3],
  ['4.0.0', 3],
  ['3.2.4', 6],
])('in Vitest %s, the projects with IRIS say how many workers there are', (version, expected) => {
  const [withIris, less, without] = [
    { globalSetup: 'ours', maxWorkers: 3 },
    { globalSetup: ['ours'], maxWorkers: 0 },
    { maxWorkers: 5 },
  ].map((config) => ({ config, vite: { config: { plugins: [] } } }))
  const config = { maxWorkers: version.startsWith('3') ? 6 : 2 }
  const vitest = { version, config, projects: [less, withIris, without] }
  expect(workersOfRun({ vitest } as unknown as TestProject, 'ours')).toBe(expected)
})
