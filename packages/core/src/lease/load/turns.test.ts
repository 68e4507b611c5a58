import { expect, test } from 'vitest'
import { Turns } from './turns.ts'

test('works on one thing follow each other, also behind one that has failed; works on others do not wait', async () => {
  const turns = new Turns()
  const done: string[] = []
  const first = Promise.withResolvers<void>()
  const failing = turns.take('a', async () => {
    await first.promise
    done.push('a1')
    throw new Error('on purpose')
  })
  const second = turns.take('a', async () => done.push('a2'))
  await turns.take('b', async () => done.push('b'))
  first.resolve()
  await expect(failing).rejects.toThrow('on purpose')
  await second
  expect(done).toEqual(['b', 'a1', 'a2'])
})
