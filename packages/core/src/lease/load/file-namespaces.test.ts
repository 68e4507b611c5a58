import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { FilePool } from './file-namespaces.ts'

/** A pool whose IRIS is a set of names. */
function poolOf(options: {
  readonly workers: number
  readonly ahead?: number
  readonly make?: () => Promise<void>
  readonly disk?: () => number
}) {
  const made = Array.from({ length: options.workers }, (_, at) => `F${at + 1}`)
  const existing = new Set(made)
  let most = existing.size
  const pool = new FilePool({
    made,
    ahead: options.ahead ?? options.workers,
    nameOf: (number) => `F${number}`,
    make: async (name) => {
      await sleep(1)
      await options.make?.()
      existing.add(name)
      most = Math.max(most, existing.size)
    },
    drop: async (names) => {
      await sleep(1)
      for (const name of names) existing.delete(name)
    },
    freeDisk: async () => options.disk?.(),
  })
  return { pool, existing, most: () => most }
}

test('no two files get the same one, and there are never more than those in use, those ahead and one', async () => {
  const { pool, existing, most } = poolOf({ workers: 3 })
  const taken: string[] = []
  const worker = async (name: string) => {
    for (let file = 0; file < 20; file++) {
      const namespace = await pool.take(name)
      expect(existing).toContain(namespace)
      taken.push(namespace)
      await sleep(Math.random() * 4)
      expect(existing).toContain(namespace)
    }
  }
  await Promise.all(['1', '2', '3'].map(worker))
  expect(new Set(taken).size).toBe(60)
  expect(most()).toBeLessThanOrEqual(3 + 3 + 3)
  await pool.close()
  expect([...existing].every((name) => pool.existing.includes(name))).toBe(true)
})

test('the next one is ready before it is asked for', async () => {
  const { pool, existing } = poolOf({ workers: 1 })
  await pool.take('1')
  await expect.poll(() => existing.has('F2')).toBe(true)
  expect(await pool.take('1')).toBe('F2')
  await expect.poll(() => existing.has('F1')).toBe(false)
  await pool.close()
})

test('whoever waits gets the reason when none can be made, and the next one tries again', async () => {
  let isBroken = true
  const make = async () => {
    if (isBroken) throw new Error('refused')
  }
  const { pool } = poolOf({ workers: 1, make })
  expect(await pool.take('1')).toBe('F1')
  await expect(pool.take('1')).rejects.toThrow('refused')
  isBroken = false
  expect(await pool.take('1')).toMatch(/^F\d+$/)
  await pool.close()
})

test('a licence without a free unit is waited for', async () => {
  let refusals = 2
  const make = async () => {
    if (refusals-- > 0) throw new Error('failed', { cause: { code: 'IRIS_LICENSE_UNITS_EXHAUSTED' } })
  }
  const { pool } = poolOf({ workers: 1, make })
  await pool.take('1')
  expect(await pool.take('1')).toBe('F2')
  await pool.close()
})

test('at its end nobody waits any more', async () => {
  const { pool } = poolOf({ workers: 1, ahead: 1, make: () => sleep(20) })
  await pool.take('1')
  const late = pool.take('1')
  late.catch(() => {})
  await pool.close()
  await expect(late).rejects.toThrow('ended')
})

test('what was loaded before a change is not given out after it', async () => {
  const begun = Promise.withResolvers<void>()
  const { pool } = poolOf({ workers: 1, make: async () => begun.resolve() })
  await pool.take('1')
  await begun.promise
  await pool.renew()
  expect(await pool.take('1')).not.toBe('F2')
  await pool.close()
})

test('where disk is scarce, none is made ahead, and what was used goes first', async () => {
  const { pool, existing, most } = poolOf({ workers: 1, disk: () => 300 })
  await pool.take('1')
  await sleep(20)
  expect([...existing]).toEqual(['F1'])
  expect(await pool.take('1')).toBe('F2')
  expect(most()).toBe(1)
  await pool.close()
})

test('on a full disk whoever waits is told, and once there is room the next one gets one', async () => {
  let disk = 40
  const { pool } = poolOf({ workers: 1, disk: () => disk })
  await pool.take('1')
  await expect(pool.take('1')).rejects.toMatchObject({
    code: 'NAMESPACE_FAILED',
    message: expect.stringContaining('has 40 MB left'),
    details: { freeMegabytes: 40 },
  })
  disk = 4_000
  expect(await pool.take('1')).toMatch(/^F\d+$/)
  await pool.close()
})

test('the disk is looked at now and then, not for each', async () => {
  let looks = 0
  const disk = () => {
    looks += 1
    return 4_000
  }
  const { pool } = poolOf({ workers: 1, disk })
  for (let file = 0; file < 30; file++) await pool.take('1')
  await pool.close()
  expect(looks).toBeGreaterThan(1)
  expect(looks).toBeLessThan(10)
})
