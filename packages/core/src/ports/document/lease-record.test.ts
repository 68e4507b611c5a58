import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { currentProcess, thisHost } from '../../process/process-identity.ts'
import { mayBeAlive } from './lease-record.ts'

const lease = {
  id: 'one',
  project_path: '/p',
  runner: 'vitest',
  process: currentProcess(),
  acquired_at: '2026-01-01T00:00:00.000Z',
  namespaces: [],
}

test('a lease lives with its holder', () => {
  const { pid } = spawnSync(process.execPath, ['-e', ''])
  expect(mayBeAlive(lease)).toBe(true)
  expect(mayBeAlive({ ...lease, process: { pid, startTime: '', host: thisHost() } })).toBe(false)
})

test('a lease whose holder can not be judged from here counts as live', () => {
  expect(mayBeAlive({ ...lease, process: { pid: 1, startTime: '', host: 'elsewhere/boot/1' } })).toBe(true)
})

test('one that was given up is over, whoever lives', () => {
  expect(mayBeAlive({ ...lease, abandoned: true })).toBe(false)
})
