import { expect, test } from 'vitest'
import type { ContainerRecord } from '../../ports/document/lease-record.ts'
import { emptyDocument, type RegistryDocument } from '../../ports/document/registry-document.ts'
import { planSweep } from '../cleanup/plan-sweep.ts'
import { ALIVE, container, DEAD, FOREIGN, lease, NOW, PROJECT } from '../testing/book.ts'
import { irisAssignmentsOf, isInterrupted, noteReplaced, restoreAssignments, setAside } from './set-aside.ts'

function documentWith(port: number, webPort: number, more: Partial<RegistryDocument> = {}): RegistryDocument {
  const record = {
    project_path: PROJECT,
    assigned_at: new Date(NOW).toISOString(),
    assignment_type: 'auto',
    status: 'active',
    container_name: 'iris_0_1972',
  } as const
  return {
    ...emptyDocument(new Date(NOW)),
    assignments: [{ ...record, port }],
    service_assignments: [{ ...record, port: webPort, service: 'iris-web' }],
    ...more,
  }
}

function aside(by = DEAD, more: Partial<ContainerRecord> = {}): ContainerRecord {
  return container({ set_aside: { by, was_running: true, assignments: [] }, ...more })
}

const request = { id: 'c', record: container(), wasRunning: true, assignments: [], leaseId: 'own' }

test('a container is set aside unless another live run holds it or somebody ends it', () => {
  const own = lease('own', { container_id: 'c' })
  const free = documentWith(1972, 52_773, { containers: { c: container() }, leases: [own] })
  expect(setAside(free, request)).toBe(true)
  expect(free.containers.c?.set_aside).toMatchObject({ by: ALIVE, was_running: true })
  const held = documentWith(1972, 52_773, {
    containers: { c: container() },
    leases: [own, lease('other', { container_id: 'c' })],
  })
  expect(setAside(held, request)).toBe(false)
  const closing = documentWith(1972, 52_773, { containers: { c: container({ closing: ALIVE }) } })
  expect(setAside(closing, request)).toBe(false)
})

test('a replacement is interrupted once its process is gone, or can not be judged and no run is at it', () => {
  const book = { leases: [], containers: {} }
  expect(isInterrupted(book, aside(DEAD))).toBe(true)
  expect(isInterrupted(book, aside(ALIVE))).toBe(false)
  expect(isInterrupted(book, aside(FOREIGN))).toBe(true)
  expect(isInterrupted({ ...book, leases: [lease('a')] }, aside(FOREIGN))).toBe(false)
  expect(isInterrupted(book, container())).toBe(false)
})

test('a container that is set aside is neither ended nor idle, however long nobody holds it', () => {
  const old = { idle_since: new Date(NOW - 1_000_000).toISOString(), keep: 'stop' } as const
  for (const by of [ALIVE, DEAD]) {
    const { ended, idle, interrupted } = planSweep({ leases: [], containers: { c: aside(by, old) } }, NOW)
    expect({ ended, idle }).toEqual({ ended: [], idle: [] })
    expect(interrupted).toEqual(by === DEAD ? ['c'] : [])
  }
})

test('only what this process set aside for this project counts as replaced', () => {
  const book = {
    leases: [],
    containers: { mine: aside(ALIVE), other: aside(DEAD), elsewhere: aside(ALIVE, { project_path: '/elsewhere' }) },
  }
  noteReplaced(book, PROJECT)
  expect(Object.entries(book.containers).map(([id, one]) => [id, one.set_aside?.replaced])).toEqual([
    ['mine', true],
    ['other', undefined],
    ['elsewhere', undefined],
  ])
})

test('a project gets its previous ports back, except those assigned to another project meanwhile', () => {
  const before = irisAssignmentsOf(documentWith(1972, 52_773), PROJECT)
  const moved = documentWith(1980, 52_780)
  restoreAssignments(moved, PROJECT, before)
  expect(irisAssignmentsOf(moved, PROJECT).map(({ record }) => record.port)).toEqual([1972, 52_773])

  const taken = documentWith(1980, 52_780)
  const other = { ...(taken.assignments[0] as (typeof taken.assignments)[0]), project_path: '/other', port: 1972 }
  taken.assignments.push(other)
  restoreAssignments(taken, PROJECT, before)
  expect(irisAssignmentsOf(taken, PROJECT).map(({ record }) => record.port)).toEqual([1980, 52_773])
})
