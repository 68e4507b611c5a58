import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ContainerRecord, LeaseRecord } from '../../ports/document/lease-record.ts'
import { isLive } from '../book/lease-book.ts'
import { ALIVE, container, DEAD, FOREIGN, lease, NOW } from '../testing/book.ts'
import { isEmpty, planSweep } from './plan-sweep.ts'

const ago = (milliseconds: number) => new Date(NOW - milliseconds).toISOString()
const other = { ...ALIVE, pid: process.ppid, startTime: '' }

function plan(record: ContainerRecord, leases: LeaseRecord[] = []) {
  return planSweep({ leases, containers: { c: record } }, NOW)
}

test('nothing is to be done about a warm container within its idle limit', () => {
  expect(isEmpty(plan(container({ idle_since: ago(999) })))).toBe(true)
})

test.each([
  ['was idle for too long', container({ idle_since: ago(1_000) })],
  ['is not to be kept', container({ keep: 'stop' })],
  ['never became ready', { ...container(), ready_boot: undefined } as unknown as ContainerRecord],
  ['was being ended by a process that died', container({ closing: DEAD })],
  ['was being ended by this process, which failed', container({ closing: ALIVE })],
  ['was being ended by a process that can not be judged', container({ closing: FOREIGN })],
])('a container that nobody holds is ended: it %s', (_, record) => {
  expect(plan(record).ended).toEqual(['c'])
})

test('a container that another live process is ending is left to it', () => {
  expect(isEmpty(plan(container({ closing: other })))).toBe(true)
})

test('a container whose last run has died is idle from now on', () => {
  const dead = lease('a', { container_id: 'c', process: DEAD })
  expect(plan(container(), [dead])).toEqual({ dead: [dead], ended: [], interrupted: [], idle: ['c'], expired: [] })
})

test('a container that a live run holds or is about to make is left alone', () => {
  expect(isEmpty(plan(container({ keep: 'stop' }), [lease('a', { container_id: 'c' })]))).toBe(true)
  expect(isEmpty(plan(container({ idle_since: ago(5_000) }), [lease('a')]))).toBe(true)
})

const processes = fc.constantFrom(ALIVE, DEAD, FOREIGN, other)
const leases = fc.array(
  fc.record({
    process: processes,
    container: fc.constantFrom(undefined, 'c', 'd'),
    abandoned: fc.constantFrom(undefined, true as const),
    age: fc.integer({ min: 0, max: 600_000 }),
  }),
  { maxLength: 6 },
)
const records = fc.record({
  keep: fc.constantFrom('warm' as const, 'stop' as const),
  ready: fc.boolean(),
  closing: fc.option(processes, { nil: undefined }),
  idle: fc.option(fc.integer({ min: 0, max: 3_000 }), { nil: undefined }),
})

test('never is a container ended that a live run holds, and never is one both ended and idle', () => {
  fc.assert(
    fc.property(leases, records, (some, one) => {
      const book = {
        leases: some.map(({ process, container: id, abandoned, age }, at) =>
          lease(`lease ${at}`, {
            process,
            acquired_at: ago(age),
            ...(id ? { container_id: id } : {}),
            ...(abandoned ? { abandoned } : {}),
          }),
        ),
        containers: {
          c: {
            ...container({ keep: one.keep }),
            ...(one.ready ? {} : { ready_boot: undefined }),
            ...(one.closing ? { closing: one.closing } : {}),
            ...(one.idle === undefined ? {} : { idle_since: ago(one.idle) }),
          } as ContainerRecord,
        },
      }
      const { dead, ended, idle } = planSweep(book, NOW)
      const live = book.leases.filter((each) => isLive(each, NOW))
      expect(new Set([...dead, ...live])).toEqual(new Set(book.leases))
      expect(ended.filter((id) => idle.includes(id))).toEqual([])
      const isHeld = live.some(({ container_id: id, process }) => id === 'c' && process !== FOREIGN)
      if (isHeld && one.closing === undefined) expect(ended).toEqual([])
    }),
  )
})
