import { describe, expect, test } from 'vitest'
import {
  AssignmentNotFoundError,
  currentProcess,
  type LeaseRecord,
  PortConflictError,
  PortExhaustedError,
} from '../../packages/core/src/ports/index.ts'
import { portAt, SUPERSERVER_RANGE } from '../machine/port-ranges.ts'
import { open, registry, useRegistry } from './registry-fixture.ts'

useRegistry({ portRange: SUPERSERVER_RANGE })

function lease(id: string, project_path = '/tmp/project-a'): LeaseRecord {
  const acquired_at = new Date().toISOString()
  return { id, project_path, runner: 'vitest', process: currentProcess(), acquired_at, namespaces: ['ONE'] }
}

describe('the contract of a registry, wherever it is kept', () => {
  test('T004 assign_port returns port in range', async () => {
    const { port } = await registry.assignPort('/tmp/project-a')
    expect(port).toBeGreaterThanOrEqual(portAt(0))
    expect(port).toBeLessThanOrEqual(portAt(9))
  })

  test('T005 assign_port idempotent', async () => {
    const first = await registry.assignPort('/tmp/project-a')
    expect(await registry.assignPort('/tmp/project-a')).toEqual(first)
    expect(await open().assignPort('/tmp/project-a')).toEqual(first)
  })

  test('T006 assign_port with preferred port', async () => {
    const assignment = await registry.assignPort('/tmp/project-a', { preferredPort: portAt(3) })
    expect(assignment).toMatchObject({ port: portAt(3), assignmentType: 'manual', status: 'active' })
  })

  test('T006 assign_port raises conflict for used preferred port', async () => {
    await registry.assignPort('/tmp/project-a', { preferredPort: portAt(3) })
    const request = open().assignPort('/tmp/project-b', { preferredPort: portAt(3) })
    await expect(request).rejects.toBeInstanceOf(PortConflictError)
    expect(await registry.getAssignment('/tmp/project-b')).toBeUndefined()
  })

  test('T007 assign_port raises exhausted when all ports used', async () => {
    const small = open({ portRange: [portAt(0), portAt(1)] })
    await small.assignPort('/tmp/project-a')
    await small.assignPort('/tmp/project-b')
    await expect(small.assignPort('/tmp/project-c')).rejects.toBeInstanceOf(PortExhaustedError)
  })

  test('T008 release_port removes assignment', async () => {
    await registry.assignPort('/tmp/project-a')
    await registry.releasePort('/tmp/project-a')
    expect(await open().getAssignment('/tmp/project-a')).toBeUndefined()
    expect(await registry.listAll()).toEqual([])
  })

  test('release_port of a project without an assignment has its own error class', async () => {
    await expect(registry.releasePort('/tmp/nobody')).rejects.toBeInstanceOf(AssignmentNotFoundError)
  })

  test('T009 concurrent assign from projects of many openers: unique ports', async () => {
    const projects = Array.from({ length: 8 }, (_, number) => `/tmp/project-${number}`)
    const assignments = await Promise.all(projects.map((project) => open().assignPort(project)))
    expect(new Set(assignments.map((one) => one.port)).size).toBe(projects.length)
  })

  test('concurrent assign of one project by many openers: one port', async () => {
    const openers = Array.from({ length: 8 }, () => open())
    const assignments = await Promise.all(openers.map((one) => one.assignPort('/tmp/project-a')))
    expect(new Set(assignments.map((one) => one.port)).size).toBe(1)
    expect(await registry.listAll()).toHaveLength(1)
  })

  test('a released port is its project’s again, and another’s only when nothing else is left', async () => {
    const { port } = await registry.assignPort('/tmp/project-a')
    await registry.releasePort('/tmp/project-a')
    expect((await open().assignPort('/tmp/project-b')).port).not.toBe(port)
    expect((await open().assignPort('/tmp/project-a')).port).toBe(port)
  })

  test('clear_all removes every assignment and forgets the released ones', async () => {
    const { port } = await registry.assignPort('/tmp/project-a')
    await registry.assignPort('/tmp/project-b', { service: 'node' })
    await registry.clearAll()
    expect(await open().listAll()).toEqual([])
    expect((await registry.assignPort('/tmp/project-z')).port).toBe(port)
  })
})

describe('leases and containers', () => {
  test('are what they were written as, in the order they came', async () => {
    const leases = ['first', 'second', 'third'].map((id) => lease(id))
    await registry.update('acquire', (draft) => void draft.leases.push(...leases))
    const container = { project_path: '/tmp/project-a', name: 'c', engine: 'unix:///e', keep: 'warm' } as const
    await registry.update('found', (draft) => {
      draft.containers.one = { ...container, idle_timeout_ms: 7, applied: ['x'], closing: currentProcess() }
      draft.leases = draft.leases.map((one) => (one.id === 'first' ? { ...one, container_id: 'one' } : one))
      draft.reaper = currentProcess()
    })
    const read = await open().read()
    expect(read.leases).toMatchObject([{ ...leases[0], container_id: 'one' }, leases[1], leases[2]])
    expect(read.containers.one).toMatchObject({
      ...container,
      idle_timeout_ms: 7,
      applied: ['x'],
      closing: currentProcess(),
    })
    expect(read.reaper).toEqual(currentProcess())
    await registry.update('ended', (draft) => {
      draft.leases = draft.leases.filter((one) => one.id !== 'second')
      draft.containers = {}
      delete draft.reaper
    })
    const after = await open().read()
    expect([after.leases.map(({ id }) => id), after.containers, after.reaper]).toEqual([
      ['first', 'third'],
      {},
      undefined,
    ])
  })

  test('a renewal is seen by others', async () => {
    await registry.update(
      'acquire',
      (draft) => void draft.leases.push({ ...lease('a'), acquired_at: '2026-01-01T00:00:00.000Z' }),
    )
    await registry.renewLease('a')
    const [read] = (await open().read()).leases
    expect(Math.abs(Date.now() - Date.parse(read?.renewed_at ?? ''))).toBeLessThan(60_000)
  })

  test('of two who change the same project at once, each sees what the other did', async () => {
    const claims = await Promise.all(
      Array.from({ length: 6 }, () =>
        open().update('claim', (draft) => {
          if (draft.containers.c) return false
          draft.containers.c = { project_path: '/tmp/a', name: 'c', engine: 'e', keep: 'stop', idle_timeout_ms: 0 }
          return true
        }),
      ),
    )
    expect(claims.filter(Boolean)).toHaveLength(1)
  })
})
