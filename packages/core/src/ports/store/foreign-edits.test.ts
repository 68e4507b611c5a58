import { describe, expect, test } from 'vitest'
import type { AssignmentRecord } from '../document/assignment-record.ts'
import { emptyDocument, type RegistryDocument } from '../document/registry-document.ts'
import { mergeForeignEdits } from './foreign-edits.ts'

const AT = new Date(0)

function entry(project_path: string, port: number, container_name: string | null = null): AssignmentRecord {
  return {
    project_path,
    port,
    assigned_at: AT.toISOString(),
    assignment_type: 'auto',
    status: 'active',
    container_name,
  }
}

function registry(...assignments: AssignmentRecord[]): RegistryDocument {
  return { ...emptyDocument(AT), assignments }
}

function ports({ assignments }: RegistryDocument): Record<string, number> {
  return Object.fromEntries(assignments.map((one) => [one.project_path, one.port]))
}

describe('what another tool changed in the view', () => {
  test('is nothing when it is what was published', () => {
    const ours = registry(entry('/a', 1972))
    expect(mergeForeignEdits(ours, ours, registry(entry('/a', 1972)), AT)).toBe(ours)
  })

  test('is added as a reservation, marked as imported', () => {
    const ours = registry(entry('/a', 1972))
    const merged = mergeForeignEdits(ours, ours, registry(entry('/a', 1972), entry('/py', 1973, 'iris_py')), AT)
    expect(ports(merged)).toEqual({ '/a': 1972, '/py': 1973 })
    expect(merged).toMatchObject({ imported: ['/py'], history: [{ action: 'imported', port: 1973 }] })
  })

  test('is refused where a port is taken or a project has another one', () => {
    const ours = registry(entry('/a', 1972), entry('/b', 1973))
    const merged = mergeForeignEdits(ours, ours, registry(entry('/a', 1974), entry('/b', 1973), entry('/py', 1972)), AT)
    expect(ports(merged)).toEqual({ '/a': 1972, '/b': 1973 })
    expect(merged.history.map((one) => one.action)).toEqual(['conflict', 'conflict'])
  })

  test('does not undo what was changed here since it was published', () => {
    const published = registry(entry('/a', 1972))
    const now = registry(entry('/b', 1973))
    expect(ports(mergeForeignEdits(now, published, registry(entry('/a', 1972), entry('/py', 1974)), AT))).toEqual({
      '/b': 1973,
      '/py': 1974,
    })
  })

  test('is released when it came from there and no run of ours lives on it', () => {
    const imported = { ...registry(entry('/a', 1972), entry('/py', 1973)), imported: ['/py'] }
    const emptied = registry()
    expect(ports(mergeForeignEdits(imported, imported, emptied, AT))).toEqual({ '/a': 1972 })
    const lease = {
      id: '1',
      project_path: '/py',
      runner: 'x',
      process: { pid: 1, startTime: '', host: '' },
      acquired_at: AT.toISOString(),
      namespaces: [],
    }
    const used = { ...imported, leases: [lease] }
    expect(ports(mergeForeignEdits(used, used, emptied, AT))).toEqual({ '/a': 1972, '/py': 1973 })
  })

  test('moves an imported entry with its tool', () => {
    const imported = { ...registry(entry('/py', 1973)), imported: ['/py'] }
    expect(ports(mergeForeignEdits(imported, imported, registry(entry('/py', 1975)), AT))).toEqual({ '/py': 1975 })
  })

  test('moves no imported entry to a port that is taken', () => {
    const imported = { ...registry(entry('/a', 1972), entry('/py', 1973)), imported: ['/py'] }
    const edited = registry(entry('/a', 1972), entry('/py', 1972))
    const merged = mergeForeignEdits(imported, imported, edited, AT)
    expect(ports(merged)).toEqual({ '/a': 1972, '/py': 1973 })
    expect(merged.history).toMatchObject([{ action: 'conflict', port: 1972, project_path: '/py', service: 'iris' }])
  })

  test('renames the container of an imported entry, and of no other', () => {
    const imported = { ...registry(entry('/a', 1972), entry('/py', 1973)), imported: ['/py'] }
    const edited = registry(entry('/a', 1972, 'theirs'), entry('/py', 1973, 'iris_py'))
    const merged = mergeForeignEdits(imported, imported, edited, AT)
    expect(merged.assignments.map((one) => one.container_name)).toEqual([null, 'iris_py'])
    expect(merged).toMatchObject({ imported: ['/py'], history: [{ action: 'imported', project_path: '/py' }] })
  })

  test('means nothing where a name is left out instead of null, or where the entry is released', () => {
    const ours = registry(entry('/a', 1972))
    const { container_name: _, ...unidentified } = entry('/a', 1972)
    expect(mergeForeignEdits(ours, ours, registry(unidentified as AssignmentRecord), AT)).toBe(ours)
    const released = { ...entry('/py', 1973), status: 'released' as const }
    expect(mergeForeignEdits(ours, ours, registry(entry('/a', 1972), released), AT)).toBe(ours)
  })

  test('is refused on ports of other services and of the system, and says whose they are', () => {
    const ours: RegistryDocument = {
      ...registry(entry('/a', 1972)),
      service_assignments: [{ ...entry('/b', 1973), service: 'node' }],
      system: { 1974: { service: 'mcp', status: 'running', registered_at: AT.toISOString() } },
    }
    const edited = registry(entry('/a', 1975), entry('/x', 1973), entry('/y', 1974))
    const written = 'written to the registry file by another tool'
    expect(mergeForeignEdits(ours, ours, edited, AT).history).toEqual(
      [
        ['/y', 1974, `${written}, but the port belongs to the system range`],
        ['/x', 1973, `${written}, but the port belongs to /b`],
        ['/a', 1975, `${written}, but the project has port 1972`],
      ].map(([project_path, port, reason]) => ({
        at: AT.toISOString(),
        action: 'conflict',
        port,
        project_path,
        service: 'iris',
        reason,
      })),
    )
  })

  test('is no release while a container of ours is there, nor of what was never imported', () => {
    const far = { project_path: '/py', name: 'x', engine: 'e', keep: 'warm', idle_timeout_ms: 1 } as const
    const imported = { ...registry(entry('/py', 1973)), imported: ['/py'] }
    const warm = { ...imported, containers: { c: far } }
    expect(mergeForeignEdits(warm, warm, registry(), AT)).toBe(warm)
    const other = { ...imported, containers: { c: { ...far, project_path: '/b' } } }
    expect(mergeForeignEdits(other, other, registry(), AT)).toMatchObject({
      assignments: [],
      remembered: [{ project_path: '/py', port: 1973 }],
      history: [{ action: 'released', reason: 'removed from the registry file by another tool' }],
    })
    const gone = { ...registry(), imported: ['/py'] }
    expect(mergeForeignEdits(gone, imported, registry(), AT)).toBe(gone)
  })

  test('is nothing when it says what is so by now', () => {
    const now = { ...registry(entry('/py', 1973, 'iris_py')), imported: ['/py'] }
    expect(mergeForeignEdits(now, registry(entry('/py', 1973)), registry(entry('/py', 1973, 'iris_py')), AT)).toBe(now)
  })

  test('is released although a run lives on another project’s', () => {
    const lease = {
      id: '1',
      project_path: '/a',
      runner: 'x',
      process: { pid: 1, startTime: '', host: '' },
      acquired_at: AT.toISOString(),
      namespaces: [],
    }
    const imported = { ...registry(entry('/py', 1973)), imported: ['/py'], leases: [lease] }
    expect(ports(mergeForeignEdits(imported, imported, registry(), AT))).toEqual({})
  })

  test('is taken over entry by entry', () => {
    const ours = registry(entry('/a', 1972))
    const edited = registry(entry('/a', 1972), entry('/x', 1973), entry('/y', 1974))
    const merged = mergeForeignEdits(ours, ours, edited, AT)
    expect(merged).toMatchObject({
      imported: ['/x', '/y'],
      history: [
        { project_path: '/y', reason: 'written to the registry file by another tool' },
        { project_path: '/x', service: 'iris' },
      ],
    })
  })
})
