import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { currentProcess } from '../../process/process-identity.ts'
import { holderState, isAbandoned, lockPath, STALE_MS } from './queue-holder.ts'
import { locateRegistry, type RegistryLocation } from './registry-location.ts'
import { WriteQueue } from './write-queue.ts'

let folder: string
let location: RegistryLocation
let lock: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'iris-queue-'))
  location = locateRegistry({ registryPath: join(folder, 'home', 'r.json') })
  lock = lockPath(location)
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Takes the lock as a process would that never gives it back, and says who it is. */
function holdLock(holder?: unknown): void {
  mkdirSync(lock, { recursive: true })
  if (holder !== undefined) writeFileSync(`${lock}.holder`, JSON.stringify(holder))
}

const DEAD = { ...currentProcess(), pid: 2 ** 30 }

function soon(): number {
  return performance.now() + 10_000
}

describe('the queue', () => {
  test('makes the folder it lies in, says who holds it, and is gone afterwards', async () => {
    const queue = new WriteQueue(location, 1_000)
    const during = await queue.run(async () => [queue.isHeld(), holderState(location), isAbandoned(location)], soon())
    expect(during).toEqual([true, 'active', false])
    expect([queue.isHeld(), existsSync(`${lock}.holder`)]).toEqual([false, false])
  })

  test('lets one work after the other, and goes on after one that fails', async () => {
    const order: string[] = []
    const work = (name: string) => async () => {
      order.push(`${name} begins`)
      await new Promise((resolve) => setTimeout(resolve, 5))
      order.push(`${name} ends`)
      if (name === 'a') throw new Error('a fails')
      return name
    }
    const [a, b] = await Promise.allSettled(
      ['a', 'b'].map((name) => new WriteQueue(location, 1_000).run(work(name), soon())),
    )
    expect([a?.status, b]).toEqual(['rejected', { status: 'fulfilled', value: 'b' }])
    expect([order.slice(0, 2), order.slice(2)].map((pair) => pair.join()).sort()).toEqual([
      'a begins,a ends',
      'b begins,b ends',
    ])
  })

  test('gives up waiting for an active holder', async () => {
    holdLock(currentProcess())
    const waiting = new WriteQueue(location, 77).run(async () => undefined, performance.now() + 50)
    await expect(waiting).rejects.toMatchObject({ code: 'PORT_ASSIGNMENT_TIMEOUT', details: { lock, timeoutMs: 77 } })
    expect(existsSync(lock)).toBe(true)
  })

  test.each([
    ['is dead', DEAD],
    ['never said who it is', undefined],
    ['can’t be known', { ...currentProcess(), host: 7 }],
  ])('waits for no holder that %s, not even until the lock is old', async (_name, holder) => {
    holdLock(holder)
    const deadline = performance.now() + STALE_MS - 500
    expect(await new WriteQueue(location, 1_000).run(async () => 'done', deadline)).toBe('done')
  })

  test('takes over a lock that is stale', async () => {
    holdLock(currentProcess())
    utimesSync(lock, 1, 1)
    expect(await new WriteQueue(location, 1_000).run(async () => 'done', soon())).toBe('done')
  })

  test('says what keeps it from being made', async () => {
    writeFileSync(join(folder, 'home'), '')
    const waiting = new WriteQueue(location, 1_000).run(async () => undefined, soon())
    await expect(waiting).rejects.toMatchObject({ code: 'REGISTRY_UNWRITABLE', details: { errno: 'ENOTDIR' } })
  })
})

describe('a lock', () => {
  test('is abandoned when its holder is dead, or when it is old', () => {
    expect(isAbandoned(location)).toBe(false)
    holdLock(DEAD)
    expect(isAbandoned(location)).toBe(true)
    holdLock(currentProcess())
    expect(isAbandoned(location)).toBe(false)
    const young = (Date.now() - STALE_MS) / 1_000
    utimesSync(lock, young, young)
    expect(isAbandoned(location)).toBe(false)
    const old = (Date.now() - STALE_MS - 2_000) / 1_000
    utimesSync(lock, old, old)
    expect(isAbandoned(location)).toBe(true)
  })

  test.each([
    ['nothing', undefined, 'unknown'],
    ['null', null, 'unknown'],
    ['a process that is dead', DEAD, 'dead'],
    ['a process of another host', { ...DEAD, host: 'elsewhere' }, 'active'],
  ] as const)('whose holder is noted as %s', (_name, holder, expected) => {
    holdLock(holder)
    expect(holderState(location)).toBe(expected)
  })
})
