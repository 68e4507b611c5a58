import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { currentProcess, identify, livenessOf, thisHost } from './process-identity.ts'

test('this process lives, and is the same each time', () => {
  expect(livenessOf(currentProcess())).toBe('alive')
  expect(currentProcess()).toEqual(identify(process.pid))
})

test('a child lives until it has ended', async () => {
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'])
  await once(child, 'spawn')
  const identity = identify(child.pid ?? 0)
  expect(livenessOf(identity)).toBe('alive')
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(livenessOf(identity)).toBe('dead')
})

test('a later process with the same pid is another one', () => {
  expect(livenessOf({ ...currentProcess(), startTime: '1' })).toBe(currentProcess().startTime === '' ? 'alive' : 'dead')
})

test('a process that belongs to somebody else lives', () => {
  expect(livenessOf(identify(1))).toBe('alive')
})

test.each([
  ['another host', (host: string) => `elsewhere/${host}`, 'unknown'],
  ['another container on this boot', (host: string) => host.replace(/\d+$/, '1'), 'unknown'],
  ['an earlier boot of this host', (host: string) => host.replace(/\/[^/]+\//, '/earlier-boot/'), 'dead'],
])('a pid of %s is not judged by its number', (_, change, liveness) => {
  expect(livenessOf({ ...currentProcess(), host: change(thisHost()) })).toBe(liveness)
})

test.each([0, -1, Number.NaN, 2 ** 31])('%d is no process', (pid) => {
  expect(livenessOf({ pid, startTime: '', host: thisHost() })).toBe('dead')
})
