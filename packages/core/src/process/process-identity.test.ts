import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { currentProcess, identify, isSuspended, livenessOf, thisHost } from './process-identity.ts'

test('this process is alive, and the same each time', () => {
  expect(currentProcess()).toEqual(currentProcess())
  expect(currentProcess()).toMatchObject({ pid: process.pid, host: thisHost() })
  expect(livenessOf(currentProcess())).toBe('alive')
})

test('a child is alive until it has ended', { timeout: 60_000 }, async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  await once(child, 'spawn')
  const identity = identify(child.pid ?? 0)
  expect(livenessOf(identity)).toBe('alive')
  const exit = once(child, 'exit')
  child.kill('SIGKILL')
  await exit
  expect(livenessOf(identity)).toBe('dead')
})

test('a process that has already ended is dead', async () => {
  const child = spawn(process.execPath, ['-e', ''])
  await once(child, 'exit')
  const identity = identify(child.pid ?? 0)
  expect(identity.startTime).toBe('')
  expect(livenessOf(identity)).toBe('dead')
  expect(isSuspended(identity)).toBe(false)
})

test.runIf(process.platform === 'linux')(
  'on Linux, a suspended process is known as such',
  { timeout: 60_000 },
  async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    await once(child, 'spawn')
    const identity = identify(child.pid ?? 0)
    expect(isSuspended(identity)).toBe(false)
    child.kill('SIGSTOP')
    await expect.poll(() => isSuspended(identity), { timeout: 30_000 }).toBe(true)
    expect(livenessOf(identity)).toBe('alive')
    const exit = once(child, 'exit')
    child.kill('SIGKILL')
    await exit
  },
)

test.runIf(process.platform === 'linux')('on Linux, a later process with the same pid is somebody else', () => {
  const startTime = String(Number(currentProcess().startTime) - 1)
  expect(livenessOf({ ...currentProcess(), startTime })).toBe('dead')
})

test('where start times are not known, the pid decides', () => {
  expect(livenessOf({ ...currentProcess(), startTime: '' })).toBe('alive')
})

test.each([0, -1, 1.5, Number.NaN, 2 ** 40])('pid %d is no process', (pid) => {
  expect(livenessOf({ ...currentProcess(), pid })).toBe('dead')
})

test('another host, and another container of this boot, can not be judged by a pid', () => {
  const [name = '', boot = '', namespace = ''] = thisHost().split('/')
  expect(livenessOf({ ...currentProcess(), host: 'elsewhere/boot/1' })).toBe('unknown')
  expect(livenessOf({ ...currentProcess(), host: `${name}/${boot}/${namespace}0` })).toBe('unknown')
})

test.runIf(process.platform === 'linux')('on Linux, an earlier boot of this host is over', () => {
  const [name] = thisHost().split('/')
  expect(livenessOf({ ...currentProcess(), host: `${name}/earlier/1` })).toBe('dead')
})
