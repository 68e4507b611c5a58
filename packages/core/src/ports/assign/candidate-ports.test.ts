import { describe, expect, test } from 'vitest'
import type { AssignmentRecord } from '../document/assignment-record.ts'
import { emptyDocument, type RegistryDocument, type RememberedRecord } from '../document/registry-document.ts'
import { candidatePorts, decidePort, obstacleAt, type PortFacts, type PortRequest } from './decide-port.ts'

const AT = new Date(0)

function facts(known: Partial<PortFacts> = {}): PortFacts {
  return { busy: new Map(), dormant: new Set(), own: new Set(), mayBeAlive: () => true, ...known }
}

function request(more: Partial<PortRequest> = {}): PortRequest {
  return { projectPath: '/me', service: 'iris', range: [10, 15], avoid: new Set(), ...more }
}

function remembered(
  project_path: string,
  port: number,
  day: number,
  service: 'iris' | 'node' = 'iris',
): RememberedRecord {
  return { project_path, service, port, released_at: `2026-01-0${day}T00:00:00.000Z` }
}

function assigned(project_path: string, port: number, more: Partial<AssignmentRecord> = {}): AssignmentRecord {
  const rest = {
    assigned_at: AT.toISOString(),
    assignment_type: 'auto',
    status: 'active',
    container_name: null,
  } as const
  return { project_path, port, ...rest, ...more }
}

/** The ports that may be taken, the best first. */
function order(document: Partial<RegistryDocument>, more: Partial<PortRequest> = {}, known: Partial<PortFacts> = {}) {
  return [...candidatePorts({ ...emptyDocument(AT), ...document }, request(more), facts(known))]
}

describe('ports are offered, each once,', () => {
  test('from below', () => {
    expect(order({})).toEqual([10, 11, 12, 13, 14, 15])
  })

  test('those of its own running container first, as far as they are free', () => {
    expect(order({ assignments: [assigned('/b', 12)] }, {}, { own: new Set([14, 12, 9]) })).toEqual([
      14, 10, 11, 13, 15,
    ])
  })

  test('then the project’s last port for this service', () => {
    expect(order({ remembered: [remembered('/me', 13, 1)] })).toEqual([13, 10, 11, 12, 14, 15])
    expect(order({ remembered: [remembered('/me', 13, 1)] }, {}, { own: new Set([15, 13]) })).toEqual([
      15, 13, 10, 11, 12, 14,
    ])
    expect(order({ remembered: [remembered('/me', 13, 1, 'node')] })).toEqual([10, 11, 12, 14, 15, 13])
    expect(order({ remembered: [remembered('/me', 13, 1)] }, {}, { dormant: new Set([13]) })).toEqual([
      10, 11, 12, 14, 15, 13,
    ])
    expect(order({ remembered: [remembered('/me', 99, 1)] })).toEqual([10, 11, 12, 13, 14, 15])
  })

  test('then the one that matches the project’s other service', () => {
    expect(order({}, { partnerPort: 13 })).toEqual([13, 10, 11, 12, 14, 15])
    expect(order({ remembered: [remembered('/b', 13, 1)] }, { partnerPort: 13 })).toEqual([10, 11, 12, 14, 15, 13])
    expect(order({}, { partnerPort: 99 })).toEqual([10, 11, 12, 13, 14, 15])
  })

  test('of those that others remember the longest unused first, and those of stopped containers last', () => {
    const all = { remembered: [remembered('/b', 10, 3), remembered('/c', 11, 1), remembered('/d', 12, 2)] }
    expect(order(all)).toEqual([13, 14, 15, 11, 12, 10])
    expect(order(all, {}, { dormant: new Set([14, 13, 11]) })).toEqual([15, 12, 10, 11, 13, 14])
    expect(order(all, {}, { own: new Set([12]), busy: new Map([[11, { kind: 'process' }]]) })).toEqual([
      12, 13, 14, 15, 10,
    ])
  })

  test('but none that is assigned, reserved, held or known not to work', () => {
    const document = {
      assignments: [assigned('/b', 10), assigned('/c', 11, { status: 'released' })],
      service_assignments: [{ ...assigned('/me', 12), service: 'node' as const }],
      system: { 13: { service: 's', status: 'running', registered_at: AT.toISOString() } },
    }
    expect(order(document, { avoid: new Set([14]) }, { busy: new Map([[15, { kind: 'process' }]]) })).toEqual([11])
    expect(order({ assignments: [assigned('/me', 10)] })).toContain(10)
  })
})

describe('what is in the way of a port', () => {
  function obstacle(port: number, document: Partial<RegistryDocument>, more: Partial<PortRequest> = {}) {
    return obstacleAt({ ...emptyDocument(AT), ...document }, request(more), facts(), port)
  }

  test('is another’s assignment, which is not released, and never the project’s own', () => {
    const document = {
      assignments: [assigned('/b', 10), assigned('/me', 11), assigned('/c', 12, { status: 'released' })],
    }
    expect(obstacle(10, document)).toEqual({ kind: 'assignment', record: document.assignments[0] })
    expect(obstacle(11, document)).toBeUndefined()
    expect(obstacle(12, document)).toBeUndefined()
  })

  test('is the engine where it refused the port', () => {
    const refusal = {
      kind: 'holder',
      holder: { kind: 'system', reason: 'the container engine could not bind it' },
    }
    expect(obstacle(10, {}, { avoid: new Set([10]) })).toEqual(refusal)
    const again = request({ preferredPort: 10, avoid: new Set([10]) })
    const mine = { ...emptyDocument(AT), assignments: [assigned('/me', 10)] }
    expect(decidePort(mine, again, facts())).toEqual({ kind: 'conflict', port: 10, obstacle: refusal })
    const process = { kind: 'process', pid: 7 } as const
    expect(decidePort(mine, again, facts({ busy: new Map([[10, process]]) }))).toEqual({
      kind: 'conflict',
      port: 10,
      obstacle: { kind: 'holder', holder: process },
    })
    expect(decidePort(emptyDocument(AT), again, facts())).toEqual({ kind: 'conflict', port: 10, obstacle: refusal })
  })
})

test('a port that was asked for before is kept when it is asked for again', () => {
  const mine = { ...emptyDocument(AT), assignments: [assigned('/me', 10, { assignment_type: 'manual' })] }
  expect(decidePort(mine, request({ preferredPort: 10 }), facts()).kind).toBe('keep')
})

test('a run of another project does not hold a port', () => {
  const lease = {
    id: 'l',
    project_path: '/b',
    runner: 'x',
    process: { pid: 1, startTime: '', host: '' },
    acquired_at: AT.toISOString(),
    container_id: 'c',
    namespaces: [],
  }
  const mine = { ...emptyDocument(AT), assignments: [assigned('/me', 10)], leases: [lease] }
  expect(decidePort(mine, request({ preferredPort: 12 }), facts())).toMatchObject({ kind: 'take', port: 12 })
})
