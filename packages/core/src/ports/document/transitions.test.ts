import { describe, expect, test } from 'vitest'
import { emptyDocument, type RegistryDocument } from './registry-document.ts'
import {
  amend,
  clear,
  type Grant,
  grant,
  HISTORY_LIMIT,
  REMEMBERED_LIMIT,
  release,
  withHistory,
} from './transitions.ts'

const AT = new Date('2026-01-01T00:00:00.000Z')
const LATER = new Date('2026-01-02T00:00:00.000Z')

function given(projectPath: string, port: number, more: Partial<Grant> = {}): Grant {
  return { projectPath, port, service: 'iris', type: 'auto', folderExists: false, ...more }
}

/** A registry with these assignments and no history. */
function registry(...grants: Grant[]): RegistryDocument {
  const note = { action: 'assigned', reason: 'asked', at: AT } as const
  return { ...grants.reduce((next, one) => grant(next, one, note), emptyDocument(AT)), history: [] }
}

const moved = { action: 'moved', reason: 'why', at: LATER } as const
const released = { action: 'released', reason: 'why', at: LATER } as const

describe('a grant', () => {
  test('enters the assignment, the folder that is there, and what was done', () => {
    const next = grant(emptyDocument(AT), given('/a', 1972, { containerName: 'iris_a', folderExists: true }), moved)
    expect(next).toEqual({
      ...emptyDocument(AT),
      assignments: [
        {
          project_path: '/a',
          port: 1972,
          assigned_at: LATER.toISOString(),
          assignment_type: 'auto',
          status: 'active',
          container_name: 'iris_a',
        },
      ],
      folders: { '/a': true },
      history: [
        { at: LATER.toISOString(), action: 'moved', port: 1972, project_path: '/a', service: 'iris', reason: 'why' },
      ],
    })
  })

  test('takes the place of what the project had for this service, and leaves everything else', () => {
    const before = registry(
      given('/a', 1972),
      given('/b', 1973),
      given('/a', 3000, { service: 'node' }),
      given('/b', 3001, { service: 'node' }),
      given('/a', 4000, { service: 'static' }),
    )
    expect(ports(grant(before, given('/a', 1974), moved))).toEqual([
      '/b iris 1973',
      '/a iris 1974',
      ...services(before),
    ])
    expect(services(grant(before, given('/a', 3002, { service: 'node' }), moved))).toEqual([
      '/b node 3001',
      '/a static 4000',
      '/a node 3002',
    ])
  })

  test('of a system port is no assignment', () => {
    expect(ports(grant(emptyDocument(AT), given('/a', 2601, { service: 'system' }), moved))).toEqual([])
  })

  test('ends the remembering of the same project and service alone', () => {
    const all = [given('/a', 1972), given('/a', 3000, { service: 'node' }), given('/b', 1973)]
    const before = registry(...all)
    const gone = release(before, [...before.assignments, ...before.service_assignments], released)
    expect(remembered(grant(gone, given('/a', 1975), moved))).toEqual(['/b iris 1973', '/a node 3000'])
  })
})

describe('a release', () => {
  test('removes and remembers what was released, and nothing else', () => {
    const before = registry(given('/a', 1972), given('/b', 1973), given('/a', 3000, { service: 'node' }))
    const next = release(before, before.assignments.slice(0, 1), released)
    expect(ports(next)).toEqual(['/b iris 1973', '/a node 3000'])
    expect(next.remembered).toEqual([
      { project_path: '/a', service: 'iris', port: 1972, released_at: LATER.toISOString() },
    ])
    expect(next.history).toEqual([
      { at: LATER.toISOString(), action: 'released', port: 1972, project_path: '/a', service: 'iris', reason: 'why' },
    ])
    expect(ports(release(before, before.service_assignments, released))).toEqual(['/a iris 1972', '/b iris 1973'])
  })

  test('remembers a project’s latest port for a service, the newest last, and no more than a limit', () => {
    const before = {
      ...registry(given('/a', 1972)),
      remembered: ['/a', '/b'].map((project_path) => ({
        project_path,
        service: 'iris' as const,
        port: 1975,
        released_at: AT.toISOString(),
      })),
    }
    expect(remembered(release(before, before.assignments, released))).toEqual(['/b iris 1975', '/a iris 1972'])
    expect(remembered(release(before, before.assignments, released, false))).toEqual(['/a iris 1975', '/b iris 1975'])
    const [one] = before.remembered
    const full = Array.from({ length: REMEMBERED_LIMIT }, (_, index) => ({ ...one, project_path: `/${index}` }))
    const next = release({ ...before, remembered: full as typeof before.remembered }, before.assignments, released)
    expect(next.remembered).toHaveLength(REMEMBERED_LIMIT)
    expect([next.remembered[0]?.project_path, next.remembered.at(-1)?.project_path]).toEqual(['/1', '/a'])
  })

  test('forgets a folder once its project has no port left, and an import with its superserver port', () => {
    const there = { folderExists: true }
    const before = {
      ...registry(
        given('/a', 1972, there),
        given('/a', 3000, { ...there, service: 'node' }),
        given('/b', 1973, there),
        given('/c', 3001, { ...there, service: 'node' }),
      ),
      imported: ['/a', '/b'],
    }
    const first = release(before, before.assignments.slice(0, 1), released)
    expect([first.folders, first.imported]).toEqual([{ '/a': true, '/b': true, '/c': true }, ['/b']])
    const second = release(first, first.service_assignments.slice(0, 1), released)
    expect(second.folders).toEqual({ '/b': true, '/c': true })
  })
})

test('clearing leaves runs, containers and the history, and no assignment, memory, folder or import', () => {
  const lease = { id: 'l' } as RegistryDocument['leases'][number]
  const filled = registry(given('/a', 1972, { folderExists: true }), given('/b', 3000, { service: 'node' }))
  const before = {
    ...release(filled, filled.assignments, released),
    ...registry(given('/a', 1972, { folderExists: true }), given('/b', 3000, { service: 'node' })),
    leases: [lease],
    imported: ['/x'],
  }
  const next = clear(before, { action: 'cleared', reason: 'why', at: LATER })
  expect(next).toMatchObject({ remembered: [], folders: {}, imported: [], leases: [lease] })
  expect(ports(next)).toEqual([])
  expect(next.history.map((one) => `${one.action} ${one.service}`)).toEqual(['cleared iris', 'cleared node'])
})

test('amending changes the one assignment of this project and service', () => {
  const before = registry(
    given('/a', 1972),
    given('/b', 1973),
    given('/a', 3000, { service: 'node' }),
    given('/a', 4000, { service: 'static' }),
    given('/b', 3001, { service: 'node' }),
  )
  const names = ({ assignments, service_assignments }: RegistryDocument) =>
    [...assignments, ...service_assignments].map((one) => one.container_name)
  const change = { container_name: 'x' }
  const [iris, node] = [before.assignments[0], before.service_assignments[0]]
  if (!iris || !node) throw new TypeError('nothing to amend')
  expect(names(amend(before, iris, change))).toEqual(['x', null, null, null, null])
  expect(names(amend(before, node, change))).toEqual([null, null, 'x', null, null])
})

test('the history is newest first and bounded', () => {
  const record = (port: number) =>
    ({ at: AT.toISOString(), action: 'assigned', port, project_path: '/a', service: 'iris', reason: '' }) as const
  const full = withHistory(
    emptyDocument(AT),
    Array.from({ length: HISTORY_LIMIT }, (_, index) => record(index)),
  )
  expect(full.history).toHaveLength(HISTORY_LIMIT)
  const next = withHistory(full, [record(1_000)])
  expect([next.history.length, next.history[0]?.port, next.history.at(-1)?.port]).toEqual([HISTORY_LIMIT, 1_000, 98])
})

function services({ service_assignments }: RegistryDocument): string[] {
  return service_assignments.map((one) => `${one.project_path} ${one.service} ${one.port}`)
}

function ports(document: RegistryDocument): string[] {
  return [...document.assignments.map((one) => `${one.project_path} iris ${one.port}`), ...services(document)]
}

function remembered(document: RegistryDocument): string[] {
  return document.remembered.map((one) => `${one.project_path} ${one.service} ${one.port}`)
}
