import { expect, test } from 'vitest'
import { pollUntil } from './poll-until.ts'

test('polls until the condition gives a value', async () => {
  let looks = 0
  const seen = await pollUntil(() => (++looks === 3 ? 'there' : undefined), { intervalMs: 1 })
  expect([seen, looks]).toEqual(['there', 3])
  expect(await pollUntil(async () => false, { intervalMs: 1 })).toBe(false)
})

test('polls at least once, and stops when the deadline has passed', async () => {
  let looks = 0
  const options = { intervalMs: 1, deadline: performance.now() - 1 }
  expect(await pollUntil(() => void looks++, options)).toBeUndefined()
  expect(looks).toBe(1)
})

test('ends with the reason when the signal aborts, and with the error when the condition throws', async () => {
  const controller = new AbortController()
  const waiting = pollUntil(() => undefined, { intervalMs: 1, signal: controller.signal })
  controller.abort(new Error('enough'))
  await expect(waiting).rejects.toThrow('enough')
  await expect(pollUntil(() => Promise.reject(new Error('broken')), { intervalMs: 1 })).rejects.toThrow('broken')
})
