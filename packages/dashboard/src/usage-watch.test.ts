import { expect, test } from 'vitest'
import { usageOf } from './usage-watch.ts'

const cpu = (total_usage: number, system_cpu_usage?: number) => ({
  cpu_usage: { total_usage },
  online_cpus: 4,
  ...(system_cpu_usage === undefined ? {} : { system_cpu_usage }),
})
const stats = { read: '', cpu_stats: cpu(300, 2_000), precpu_stats: cpu(100, 1_000) }

test('is that of one processor since the sample before, and the memory without the cache of files', () => {
  const memory_stats = { usage: 900, limit: 1_000, stats: { inactive_file: 200 } }
  expect(usageOf({ ...stats, memory_stats })).toEqual({ cpu: 80, memory: 700, limit: 1_000 })
  expect(usageOf({ ...stats, precpu_stats: cpu(0), memory_stats })).toMatchObject({ cpu: 0 })
})

test('of a container that has ended is none', () => {
  expect(usageOf({ ...stats, memory_stats: {} })).toBeUndefined()
})
