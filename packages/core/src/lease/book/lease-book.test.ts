import { describe, expect, test } from 'vitest'
import { ALIVE, container, DEAD, ENGINE, FOREIGN, lease, NOW, PROJECT } from '../testing/book.ts'
import {
  changeContainer,
  changeLease,
  claimEnd,
  holdersOf,
  isLive,
  preparerOf,
  RENEWAL_LIMIT_MS,
  readyContainerOf,
} from './lease-book.ts'

const wanted = { projectPath: PROJECT, engine: ENGINE, settings: { image: 'a' } }
const otherProcess = { ...ALIVE, pid: process.ppid, startTime: '' }

describe('a lease', () => {
  test('lives as long as its process', () => {
    expect(isLive(lease('a'), NOW)).toBe(true)
    expect(isLive(lease('a', { process: DEAD }), NOW)).toBe(false)
  })

  test('of a process that can not be judged lives as long as it is renewed', () => {
    const stranger = lease('a', { process: FOREIGN })
    expect(isLive(stranger, NOW + RENEWAL_LIMIT_MS - 1)).toBe(true)
    expect(isLive(stranger, NOW + RENEWAL_LIMIT_MS)).toBe(false)
    const renewed = { ...stranger, renewed_at: new Date(NOW + 60_000).toISOString() }
    expect(isLive(renewed, NOW + RENEWAL_LIMIT_MS)).toBe(true)
  })

  test('that was given up undone is dead, though its process lives', () => {
    expect(isLive(lease('a', { abandoned: true }), NOW)).toBe(false)
  })

  test('loses what is changed to undefined, and keeps the rest', () => {
    const book = { leases: [lease('a', { container_id: 'c' }), lease('b')], containers: {} }
    changeLease(book, 'a', { container_id: undefined })
    expect(book.leases).toEqual([lease('a'), lease('b')])
    expect(Object.keys(book.leases[0] ?? {})).not.toContain('container_id')
  })
})

test('the oldest live lease without a container prepares it', () => {
  const leases = [
    lease('dead', { process: DEAD }),
    lease('other', { project_path: '/other' }),
    lease('held', { container_id: 'c' }),
    lease('first'),
    lease('second'),
  ]
  expect(preparerOf({ leases, containers: {} }, PROJECT)?.id).toBe('first')
  expect(preparerOf({ leases, containers: {} }, PROJECT, 'first')?.id).toBe('second')
})

test('only live leases hold a container', () => {
  const leases = [lease('a', { container_id: 'c' }), lease('b', { container_id: 'c', process: DEAD })]
  expect(holdersOf({ leases, containers: {} }, 'c').map(({ id }) => id)).toEqual(['a'])
  expect(holdersOf({ leases, containers: {} }, 'c', 'a')).toEqual([])
})

test.each([
  ['is as wanted', {}, 'c'],
  ['has other settings', { settings: 'image=other' }, undefined],
  ['has another namespace, which it can take', { settings: 'image=a namespace=x' }, 'c'],
  ['is set aside', { set_aside: { by: ALIVE, was_running: true, assignments: [] } }, undefined],
  ['is on another engine', { engine: 'tcp://10.0.0.1:2375' }, undefined],
  ['is of another project', { project_path: '/other' }, undefined],
  ['was never ready', { ready_boot: undefined }, undefined],
  ['is being ended', { closing: ALIVE }, undefined],
])('a container is the warm candidate or not: it %s', (_, change, candidate) => {
  const book = { leases: [], containers: { c: container() } }
  changeContainer(book, 'c', change)
  expect(readyContainerOf(book, wanted)).toBe(candidate)
})

describe('the claim to end a container', () => {
  test('is refused while another live run holds it', () => {
    const book = { leases: [lease('a', { container_id: 'c' })], containers: { c: container() } }
    expect(claimEnd(book, 'c', ALIVE)).toBe(false)
    expect(book.containers.c.closing).toBeUndefined()
    expect(claimEnd(book, 'c', ALIVE, 'a')).toBe(true)
    expect(book.containers.c.closing).toEqual(ALIVE)
  })

  test.each([
    ['a live process', otherProcess, false],
    ['this very process', ALIVE, true],
    ['a dead process', DEAD, true],
    ['a process that can not be judged', FOREIGN, true],
  ])('that %s has made is taken over or not', (_, closing, taken) => {
    const book = { leases: [], containers: { c: container({ closing }) } }
    expect(claimEnd(book, 'c', ALIVE)).toBe(taken)
  })
})
