import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AssignmentRecord } from '../document/assignment-record.ts'
import { emptyDocument, type RegistryDocument } from '../document/registry-document.ts'
import { grant, release } from '../document/transitions.ts'
import { decidePort, type PortFacts, type PortRequest } from './decide-port.ts'

const AT = new Date(0)
const RANGE = [10, 19] as const

function facts(known: Partial<PortFacts> = {}): PortFacts {
  return { busy: new Map(), dormant: new Set(), own: new Set(), mayBeAlive: () => true, ...known }
}

function request(projectPath: string, more: Partial<PortRequest> = {}): PortRequest {
  return { projectPath, service: 'iris', range: RANGE, avoid: new Set(), ...more }
}

function document(
  assignments: Readonly<Record<string, number>> = {},
  type: AssignmentRecord['assignment_type'] = 'auto',
): RegistryDocument {
  return Object.entries(assignments).reduce(
    (next, [projectPath, port]) =>
      grant(
        next,
        { projectPath, service: 'iris', port, type, folderExists: false },
        { action: 'assigned', reason: '', at: AT },
      ),
    emptyDocument(AT),
  )
}

const busy = (...ports: number[]) => new Map(ports.map((port) => [port, { kind: 'process' }] as const))

describe('an automatic request', () => {
  test('takes the lowest port that is not assigned, held or remembered', () => {
    let state = document({ '/a': 10, '/b': 12 })
    state = release(state, state.assignments.slice(1), { action: 'released', reason: '', at: AT })
    const known = facts({ busy: busy(11), dormant: new Set([13]) })
    expect(decidePort(state, request('/c'), known)).toMatchObject({ kind: 'take', port: 14, type: 'auto' })
    expect(decidePort(state, request('/b'), known)).toMatchObject({ kind: 'take', port: 12 })
  })

  test('keeps what the project has, even if something holds it by now', () => {
    const known = facts({ busy: busy(10) })
    expect(decidePort(document({ '/a': 10 }), request('/a'), known)).toMatchObject({
      kind: 'keep',
      record: { port: 10 },
    })
  })

  test('moves on from a port that was refused, unless the project insisted on it', () => {
    const avoid = new Set([10])
    expect(decidePort(document({ '/a': 10 }), request('/a', { avoid }), facts())).toMatchObject({
      kind: 'take',
      port: 11,
    })
    expect(decidePort(document({ '/a': 10 }, 'manual'), request('/a', { avoid }), facts())).toMatchObject({
      kind: 'conflict',
    })
  })

  test('prefers the port of its own running container, and then its partner port', () => {
    const more = { partnerPort: 15 }
    expect(decidePort(document(), request('/a', more), facts())).toMatchObject({ port: 15 })
    expect(decidePort(document(), request('/a', more), facts({ own: new Set([17, 99]) }))).toMatchObject({ port: 17 })
    expect(decidePort(document({ '/b': 15 }), request('/a', more), facts())).toMatchObject({ port: 10 })
  })

  test('is exhausted only when every port is assigned, held or refused', () => {
    const state = document({ '/a': 10, '/b': 11, '/c': 12 })
    const known = facts({ busy: busy(13, 14, 15, 16), dormant: new Set([19]) })
    const avoid = new Set([17, 18])
    expect(decidePort(state, request('/d', { avoid }), known)).toMatchObject({ kind: 'take', port: 19 })
    expect(decidePort(state, request('/d', { avoid: new Set([17, 18, 19]) }), known)).toEqual({ kind: 'exhausted' })
  })
})

describe('a request for a port', () => {
  test('pins the port that the project has already', () => {
    expect(decidePort(document({ '/a': 10 }), request('/a', { preferredPort: 10 }), facts())).toMatchObject({
      kind: 'pin',
    })
  })

  test('names the project, service or holder in its way', () => {
    const state = {
      ...document({ '/b': 12 }),
      system: { 13: { service: 'mcp', status: 'running', registered_at: AT.toISOString() } },
    }
    const ask = (preferredPort: number) =>
      decidePort(state, request('/a', { preferredPort }), facts({ busy: busy(14) }))
    expect(ask(12)).toMatchObject({ obstacle: { kind: 'assignment', record: { project_path: '/b' } } })
    expect(ask(13)).toMatchObject({ obstacle: { kind: 'reserved', name: 'mcp' } })
    expect(ask(14)).toMatchObject({ obstacle: { kind: 'holder', holder: { kind: 'process' } } })
    expect(ask(15)).toMatchObject({ kind: 'take', port: 15, type: 'manual' })
  })

  test('moves the assignment unless a run is using it', () => {
    const lease = {
      id: '1',
      project_path: '/a',
      runner: 'x',
      process: { pid: 1, startTime: '', host: '' },
      acquired_at: AT.toISOString(),
      container_id: 'c',
      namespaces: [],
    }
    const state = { ...document({ '/a': 10 }), leases: [lease] }
    const wanted = request('/a', { preferredPort: 15 })
    expect(decidePort(state, wanted, facts())).toMatchObject({ kind: 'held' })
    const { container_id: _, ...coming } = lease
    expect(decidePort({ ...state, leases: [coming] }, wanted, facts())).toMatchObject({ kind: 'take' })
    expect(decidePort(state, wanted, facts({ mayBeAlive: () => false }))).toMatchObject({
      kind: 'take',
      port: 15,
      replaces: { port: 10 },
    })
  })
})

test("an assigned port is always in range and never another project's", {
  timeout: 60_000,
}, () => {
  const port = fc.integer({ min: 8, max: 21 })
  const state = fc.uniqueArray(fc.tuple(fc.constantFrom('/a', '/b', '/c', '/d', '/e'), port), {
    selector: ([path]) => path,
  })
  const ports = fc.uniqueArray(port)
  fc.assert(
    fc.property(
      state,
      state,
      ports,
      ports,
      ports,
      fc.option(fc.integer({ min: 10, max: 19 }), { nil: undefined }),
      (assigned, remembered, held, dormant, avoid, preferredPort) => {
        const unique = [...new Map(assigned.map(([path, one]) => [one, path]))].map(
          ([one, path]) => [path, one] as const,
        )
        let start = document(Object.fromEntries(remembered))
        start = release(start, start.assignments, { action: 'released', reason: '', at: AT })
        const current = { ...start, assignments: document(Object.fromEntries(unique)).assignments }
        const known = facts({ busy: busy(...held), dormant: new Set(dormant) })
        const decision = decidePort(current, request('/me', { preferredPort, avoid: new Set(avoid) }), known)
        const blocked = new Set([...unique.map(([, one]) => one), ...held, ...avoid])
        const free = Array.from({ length: 10 }, (_, index) => 10 + index).filter((one) => !blocked.has(one))
        if (decision.kind === 'take') expect(free).toContain(decision.port)
        else if (preferredPort === undefined) expect(free).toEqual([])
        else expect(blocked.has(preferredPort)).toBe(true)
      },
    ),
    { numRuns: 1_000 },
  )
})
