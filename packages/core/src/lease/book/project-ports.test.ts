import { expect, test } from 'vitest'
import type { AssignmentRecord } from '../../ports/document/assignment-record.ts'
import { emptyDocument, type RegistryDocument } from '../../ports/document/registry-document.ts'
import { container, DEAD, lease, NOW, PROJECT } from '../testing/book.ts'
import { endLease, releasePorts } from './project-ports.ts'

const at = (milliseconds: number) => new Date(NOW + milliseconds).toISOString()

function registry(change: Partial<RegistryDocument>, assignment: Partial<AssignmentRecord> = {}): RegistryDocument {
  const record: AssignmentRecord = {
    project_path: PROJECT,
    port: 1972,
    assigned_at: at(1),
    assignment_type: 'auto',
    status: 'active',
    container_name: null,
    ...assignment,
  }
  return {
    ...emptyDocument(new Date(NOW)),
    assignments: [record],
    service_assignments: [{ ...record, port: 52_773, service: 'iris-web' }],
    ...change,
  }
}

function portsOf({ assignments, service_assignments }: RegistryDocument): number[] {
  return [...assignments, ...service_assignments].map(({ port }) => port)
}

const run = lease('a')

test('the ports of a run that ended before its container came to be go with it, and are remembered', () => {
  const draft = registry({ leases: [run] })
  endLease(draft, run)
  expect(portsOf(draft)).toEqual([])
  expect(draft.remembered.map(({ port }) => port)).toEqual([1972, 52_773])
  expect(draft.leases).toEqual([])
})

test.each([
  ['another run is about to make the container', { leases: [run, lease('b')] }, {}],
  ['the project has a container', { leases: [run], containers: { c: container() } }, {}],
  ['a container has them already', { leases: [run] }, { container_name: 'iris_0_1972' }],
  ['a person asked for them before', { leases: [run] }, { assignment_type: 'manual', assigned_at: at(-1) }],
] satisfies [string, Partial<RegistryDocument>, Partial<AssignmentRecord>][])(
  'they stay where %s',
  (_, change, assignment) => {
    const draft = registry(structuredClone(change), assignment)
    endLease(draft, run)
    expect(portsOf(draft)).toEqual([1972, 52_773])
  },
)

test('the ports of a container that ended are given back unless another run is about to make one', () => {
  const named = { container_name: 'iris_0_1972' }
  for (const [leases, left] of [
    [[lease('holds one that is gone', { container_id: 'c' })], 0],
    [[lease('dead', { process: DEAD })], 0],
    [[lease('prepares')], 2],
  ] as const) {
    const draft = registry({ leases: [...leases] }, named)
    releasePorts(draft, PROJECT)
    expect(portsOf(draft)).toHaveLength(left)
  }
})
