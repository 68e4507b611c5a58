import { expect, test } from 'vitest'
import { emptyDocument } from '../../ports/document/registry-document.ts'
import { grant } from '../../ports/document/transitions.ts'
import { ALIVE, container, lease } from '../testing/book.ts'
import { longestIdle } from './longest-idle.ts'

const RANGE = { service: 'iris', range: [1972, 1974] } as const
const AT = new Date('2027-01-01T12:00:00Z')
const NOTE = { action: 'assigned', reason: '', at: AT } as const

function registry(...containers: [id: string, port: number, change: Parameters<typeof container>[0]][]) {
  let document = emptyDocument(AT)
  for (const [id, port, change] of containers) {
    const projectPath = `/${id}`
    document = grant(document, { projectPath, service: 'iris', port, type: 'auto', folderExists: false }, NOTE)
    document.containers = { ...document.containers, [id]: container({ project_path: projectPath, ...change }) }
  }
  return document
}

test('the container idle for longest comes first, one that is not marked idle yet last', () => {
  const document = registry(
    ['a', 1972, { idle_since: '2027-01-01T11:30:00Z' }],
    ['b', 1973, {}],
    ['c', 1974, { idle_since: '2027-01-01T11:00:00Z' }],
  )
  expect(longestIdle(document, RANGE)).toBe('c')
  expect(longestIdle(document, RANGE, new Set(['c']))).toBe('a')
  expect(longestIdle(document, RANGE, new Set(['c', 'a']))).toBe('b')
  expect(longestIdle(document, RANGE, new Set(['c', 'a', 'b']))).toBeUndefined()
})

test('a container that a run holds or is about to hold, that is being ended or was set aside, stays', () => {
  const document = registry(
    ['held', 1972, {}],
    ['prepared', 1973, {}],
    ['closing', 1974, { closing: ALIVE }],
    ['aside', 1975, { set_aside: { by: ALIVE, was_running: true, assignments: [] } }],
  )
  document.leases = [
    lease('one', { project_path: '/held', container_id: 'held' }),
    lease('two', { project_path: '/prepared' }),
  ]
  expect(longestIdle(document, { ...RANGE, range: [1972, 1975] })).toBeUndefined()
})

test('a container whose port is of another range or service frees none', () => {
  const document = registry(['a', 1980, {}])
  expect(longestIdle(document, RANGE)).toBeUndefined()
  expect(longestIdle(document, { service: 'iris-web', range: [1972, 1990] })).toBeUndefined()
})
