import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { currentProcess, thisHost } from '../../process/process-identity.ts'
import { mayLive } from './lease-record.ts'

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
  expect(mayLive(lease)).toBe(true)
  expect(mayLive({ ...lease, process: { pid, startTime: '', host: thisHost() } })).toBe(false)
})

test('one whose holder can not be known here gets the benefit of the doubt', () => {
  expect(mayLive({ ...lease, process: { pid: 1, startTime: '', host: 'elsewhere/boot/1' } })).toBe(true)
})

test('one that was given up is over, whoever lives', () => {
  expect(mayLive({ ...lease, abandoned: true })).toBe(false)
})
