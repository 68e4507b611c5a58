import { describe, expect, test } from 'vitest'
import { emptyDocument, type RegistryDocument } from '../document/registry-document.ts'
import { type StaleEvidence, staleAssignments } from './stale-assignments.ts'
import type { SurveyedContainer } from './survey-engine.ts'

const AT = new Date(0).toISOString()

function registry(more: Partial<RegistryDocument> = {}, container_name: string | null = 'iris_a'): RegistryDocument {
  const assignment = {
    project_path: '/a',
    port: 1972,
    assigned_at: AT,
    assignment_type: 'auto',
    status: 'active',
    container_name,
  } as const
  return { ...emptyDocument(new Date(0)), assignments: [assignment], folders: { '/a': true }, ...more }
}

function evidence(
  containers: Partial<SurveyedContainer>[] | undefined,
  more: Partial<StaleEvidence> = {},
): StaleEvidence {
  const full = containers?.map((one) => ({
    id: 'x',
    name: 'x',
    image: 'x',
    state: 'exited',
    project: undefined,
    ports: [],
    ...one,
  }))
  return {
    survey: full && { engine: 'unix:///e', containers: full },
    registryId: '/r',
    folderExists: () => true,
    mayBeAlive: () => true,
    now: new Date(),
    isUnused: () => false,
    ...more,
  }
}

const lease = {
  id: '1',
  project_path: '/a',
  runner: 'x',
  process: { pid: 1, startTime: '', host: '' },
  acquired_at: AT,
  namespaces: [],
}
const far = { project_path: '/a', name: 'iris_a', engine: 'tcp://far', keep: 'warm', idle_timeout_ms: 1 } as const
const near = { ...far, engine: 'unix:///e' }
const unnamed = registry({}, null)
const gone = { folderExists: () => false }

describe('an assignment is stale', () => {
  test.each([
    ['when its container is gone', registry(), evidence([]), true],
    ['not while its container is there under its name', registry(), evidence([{ name: 'iris_a' }]), false],
    ['not while its container is there under its label', registry(), evidence([{ project: '/a' }]), false],
    ['not while it is there with both labels', registry(), evidence([{ project: '/a', registry: '/r' }]), false],
    ['when one of another registry is there', registry(), evidence([{ project: '/a', registry: '/other' }]), true],
    ['not when the engine does not answer', registry(), evidence(undefined), false],
    ['not while a run may live', registry({ leases: [lease] }), evidence([]), false],
    ['when its run is over', registry({ leases: [lease] }), evidence([], { mayBeAlive: () => false }), true],
    ['when it never had a container and its folder is gone', registry({}, null), evidence(undefined, gone), true],
    ['not when its folder never was there', registry({ folders: {} }, null), evidence([], gone), false],
    ['not when its folder is gone but its container is not', registry(), evidence([{ name: 'iris_a' }], gone), false],
    ['not when its container lives on another engine', registry({ containers: { c: far } }), evidence([]), false],
    ['when it is marked so, whatever its container does', marked(registry()), evidence([{ name: 'iris_a' }]), true],
    ['not even then while a run may live', marked(registry({ leases: [lease] })), evidence([]), false],
    ['not when its folder is gone and its engine does not answer', registry(), evidence(undefined, gone), false],
    ['not while its container is there under its id', registry({ containers: { x: near } }), evidence([{}]), false],
    ['when only another container is there', registry({ containers: { y: near } }), evidence([{}]), true],
    ['not while its container is there, whose name was not noted', unnamed, evidence([{ project: '/a' }], gone), false],
    ['when the container on another engine is another project’s', foreign(far), evidence([]), true],
    ['when the run is another project’s', registry({ leases: [{ ...lease, project_path: '/b' }] }), evidence([]), true],
    ['not when its folder is there', registry({}, null), evidence([]), false],
    [
      'when its folder is gone and it never had a container, whatever others have',
      registry({}, null),
      evidence([{}], gone),
      true,
    ],
  ] as const)('%s', (_name, document, known, expected) => {
    expect(staleAssignments(document, known).length === 1).toBe(expected)
  })

  test('with the reason', () => {
    const reasons = (document: RegistryDocument, known: StaleEvidence) =>
      staleAssignments(document, known).map(({ record, reason }) => [record.project_path, reason])
    expect(reasons(marked(registry()), evidence([]))).toEqual([['/a', 'marked as stale']])
    expect(reasons(registry(), evidence([]))).toEqual([['/a', 'its container iris_a is gone']])
    expect(reasons(registry({}, null), evidence([], gone))).toEqual([['/a', 'its project folder has been deleted']])
  })

  test('one by one: what keeps one project’s says nothing of another’s', () => {
    const [one] = registry().assignments
    if (!one) throw new TypeError('no assignment')
    const document = registry({ assignments: [one, { ...one, project_path: '/b', port: 1973 }], leases: [lease] })
    expect(staleAssignments(document, evidence([])).map(({ record }) => record.port)).toEqual([1973])
  })
})

function marked(document: RegistryDocument): RegistryDocument {
  return { ...document, assignments: document.assignments.map((one) => ({ ...one, status: 'stale' as const })) }
}

function foreign(container: RegistryDocument['containers'][string]): RegistryDocument {
  return registry({ containers: { c: { ...container, project_path: '/b' } } })
}
