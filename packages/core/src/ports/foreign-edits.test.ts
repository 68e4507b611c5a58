import { describe, expect, test } from 'vitest'
import { mergeForeignEdits } from './foreign-edits.ts'
import { type AssignmentRecord, emptyDocument, type RegistryDocument } from './registry-document.ts'

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
})
