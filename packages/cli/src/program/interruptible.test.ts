import { once } from 'node:events'
import { afterEach, expect, test } from 'vitest'
import { interruptible } from './interruptible.ts'

const SIGNAL = 'SIGHUP'

let listenerCounts: number[] = []
const other = () => void listenerCounts.push(process.listenerCount(SIGNAL))
afterEach(() => {
  process.off(SIGNAL, other)
  listenerCounts = []
})

test('a signal aborts the work, which is reported as interrupted', async () => {
  const before = process.listenerCount(SIGNAL)
  const working = interruptible(async (signal) => {
    const aborted = once(signal, 'abort')
    process.kill(process.pid, SIGNAL)
    await aborted
    throw new Error('stopped')
  })
  await expect(working).rejects.toMatchObject({
    code: 'INTERRUPTED',
    message: expect.stringContaining('Ended by SIGHUP.'),
    details: { signal: SIGNAL },
    cause: { message: 'stopped' },
  })
  expect(process.listenerCount(SIGNAL)).toBe(before)
})

test('other listeners of the signal find that it is handled; a second signal is not', async () => {
  const before = process.listenerCount(SIGNAL)
  let left = 0
  await interruptible(async (signal) => {
    // As libraries do that clean up on the way to the end: nobody but themselves means that the end has come.
    process.on(SIGNAL, other)
    const aborted = once(signal, 'abort')
    process.kill(process.pid, SIGNAL)
    await aborted
    await new Promise((resolve) => setImmediate(resolve))
    left = process.listenerCount(SIGNAL)
  })
  expect(listenerCounts).toEqual([before + 2])
  expect(left).toBe(before + 1)
})

test('finished work returns its value or error and leaves no listener', async () => {
  const before = process.listenerCount(SIGNAL)
  expect(await interruptible(async () => 7)).toBe(7)
  await expect(interruptible(() => Promise.reject(new Error('by itself')))).rejects.toThrow('by itself')
  expect(process.listenerCount(SIGNAL)).toBe(before)
})
