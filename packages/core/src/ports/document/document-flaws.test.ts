import { describe, expect, test } from 'vitest'
import { parseDocument } from './document-parser.ts'
import { emptyDocument } from './registry-document.ts'

const AT = '2026-01-01T00:00:00.000Z'
const PROCESS = { pid: 1, startTime: '1', host: 'h' }
const ASSIGNMENT = {
  project_path: '/a',
  port: 1972,
  assigned_at: AT,
  assignment_type: 'auto',
  status: 'active',
  container_name: null,
}

/** A registry in which everything there can be is there once. */
const FULL = {
  ...emptyDocument(new Date(0)),
  transactions: ['t'],
  assignments: [ASSIGNMENT],
  service_assignments: [{ ...ASSIGNMENT, port: 3000, service: 'node' }],
  remembered: [{ project_path: '/b', service: 'iris', port: 1973, released_at: AT }],
  imported: ['/a'],
  folders: { '/a': true },
  system: { 2601: { service: 'mcp', status: 'running', registered_at: AT } },
  leases: [
    {
      id: 'l',
      project_path: '/a',
      runner: 'vitest',
      process: PROCESS,
      acquired_at: AT,
      renewed_at: AT,
      engine: 'unix:///e',
      container_id: 'c',
      abandoned: true,
      namespaces: ['RUN1'],
    },
  ],
  containers: {
    c: {
      project_path: '/a',
      name: 'iris_a',
      engine: 'unix:///e',
      keep: 'warm',
      idle_timeout_ms: 1,
      settings: 's',
      ready_boot: 'b',
      no_web: true,
      idle_since: AT,
      closing: PROCESS,
      applying: { lease: 'l', process: PROCESS },
      loaded: 'l',
      loading: PROCESS,
    },
  },
  reaper: PROCESS,
  history: [{ at: AT, action: 'assigned', port: 1972, project_path: '/a', service: 'iris', reason: '' }],
}

/** What is optional in the registry; everything else must be there. */
const OPTIONAL = [
  'container_name',
  'renewed_at',
  'engine',
  'container_id',
  'abandoned',
  'settings',
  'ready_boot',
  'no_web',
]
OPTIONAL.push('idle_since', 'closing', 'applying', 'loaded', 'loading', 'reaper')

type Path = readonly (string | number)[]

/** The registry with the value at the path replaced; left out where it is `undefined`. */
function withValue(path: Path, value: unknown): string {
  const copy = JSON.parse(JSON.stringify(FULL)) as Record<string | number, unknown>
  const holder = path.slice(0, -1).reduce((at, key) => at[key] as typeof copy, copy)
  holder[path.at(-1) ?? ''] = value
  return JSON.stringify(copy)
}

/** The paths of the values in it, down to texts, numbers and flags. */
function pathsIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  const inner = Object.entries(value).flatMap(([key, one]) =>
    pathsIn(one, [...path, Array.isArray(value) ? Number(key) : key]),
  )
  return path.length === 0 ? inner : [path, ...inner]
}

const paths = pathsIn(FULL).filter(([key]) => key !== 'schema_version')

/** Texts that nothing is asked of but that they are texts. */
const MAY_BE_EMPTY = ['reason', 'startTime', 'host']

test('a registry with everything in it is good, and read as it is written', () => {
  expect(parseDocument(JSON.stringify(FULL))).toEqual({ kind: 'good', document: FULL })
})

describe('a value that is none', () => {
  test.each(paths.map((path) => [path.join('.'), path] as const))('at %s makes the registry corrupt', (_name, path) => {
    const [section] = path
    const corrupt = { kind: 'corrupt', reason: section }
    expect(parseDocument(withValue(path, -0.5)), '-0.5').toEqual(path.at(-1) === 'idle_timeout_ms' ? good() : corrupt)
    expect(parseDocument(withValue(path, [[]])), 'a list').toEqual(corrupt)
    expect(parseDocument(withValue(path, false)), 'false').toEqual(corrupt)
    expect(parseDocument(withValue(path, '')), 'an empty text').toEqual(isIn(MAY_BE_EMPTY, path) ? good() : corrupt)
    expect(parseDocument(withValue(path, null)), 'null').toEqual(isIn(['container_name'], path) ? good() : corrupt)
  })

  test.each(paths.filter((path) => path.length > 1).map((path) => [path.join('.'), path] as const))(
    'left out at %s makes the registry corrupt unless it is optional',
    (_name, path) => {
      // What lies in a list or goes by a name is simply not there then, or null in its place.
      const isMember = ['folders', 'system', 'containers'].includes(String(path[0])) && path.length === 2
      const isGood = isMember || (isIn(OPTIONAL, path) && !(path[0] === 'containers' && path.at(-1) === 'engine'))
      const parsed = parseDocument(withValue(path, undefined))
      expect(parsed).toEqual(isGood ? good() : { kind: 'corrupt', reason: path[0] })
    },
  )

  function isIn(names: readonly string[], path: Path): boolean {
    return names.includes(String(path.at(-1)))
  }

  function good() {
    return expect.objectContaining({ kind: 'good' })
  }
})

describe('the registry is corrupt', () => {
  test.each([
    ['with a date that is none', ['leases', 0, 'acquired_at'], 'soon'],
    ['with a zero in a path', ['assignments', 0, 'project_path'], '/a\0b'],
    ['with a superserver port among those of other services', ['service_assignments', 0, 'service'], 'iris'],
    ['with a service that is none', ['remembered', 0, 'service'], 'toString'],
    ['with a range of a service that is none', ['ranges'], { iris: [1981, 1972] }],
    ['with a range of no service', ['ranges'], { irs: [1972, 1981] }],
    ['with a port of the system that is none', ['system', '0'], { service: 'x', status: 'x', registered_at: AT }],
    ['with a folder that was not there', ['folders', '/b'], 'yes'],
    ['with another way to keep a container', ['containers', 'c', 'keep'], 'forever'],
    ['with another status', ['assignments', 0, 'status'], 'gone'],
    ['with another type', ['assignments', 0, 'assignment_type'], 'by hand'],
    ['with a generation before all', ['generation'], -1],
    ['with a generation beyond all counting', ['generation'], 2 ** 50 + 1],
  ] as const)('%s', (_name, path, value) => {
    expect(parseDocument(withValue(path, value))).toEqual({ kind: 'corrupt', reason: path[0] })
  })

  test.each([
    ['port 1972 is assigned twice', [...FULL.assignments, { ...ASSIGNMENT, project_path: '/b' }]],
    ['port 2601 is assigned twice', [{ ...ASSIGNMENT, port: 2601 }]],
    ['"/a" has two assignments for one service', [...FULL.assignments, { ...ASSIGNMENT, port: 1974 }]],
  ])('when %s', (reason, assignments) => {
    expect(parseDocument(withValue(['assignments'], assignments))).toEqual({ kind: 'corrupt', reason })
  })

  test.each([
    ['null', 'not an object'],
    ['[]', 'not an object'],
    ['1', 'not an object'],
    ['{"schema_version":"0.9"}', 'schema_version "0.9"'],
    ['{"schema_version":"1"}', 'schema_version "1"'],
    ['{"schema_version":"x2.0"}', 'schema_version "x2.0"'],
    ['{"schema_version":"2.0x"}', 'schema_version "2.0x"'],
    ['{"schema_version":"2.0.1"}', 'schema_version "2.0.1"'],
    ['{"schema_version":["2.0"]}', 'schema_version ["2.0"]'],
    [`{"schema_version":"${'x'.repeat(100)}"}`, `schema_version "${'x'.repeat(79)}`],
    [`{"deep":${'['.repeat(64)}${']'.repeat(64)}}`, 'nested too deeply'],
  ])('as %s', (text, reason) => {
    expect(parseDocument(text)).toEqual({ kind: 'corrupt', reason })
  })
})

describe('the registry is good', () => {
  test.each([
    ['with the last generation', ['generation'], 2 ** 50],
    ['with a released port that is somebody else’s by now', ['assignments', 1], { ...ASSIGNMENT, status: 'released' }],
    ['with a stale assignment', ['assignments', 0, 'status'], 'stale'],
    ['with a manual assignment', ['assignments', 0, 'assignment_type'], 'manual'],
    ['with a name for the container', ['assignments', 0, 'container_name'], 'iris_a'],
    ['with a container that is stopped', ['containers', 'c', 'keep'], 'stop'],
    ['with one project’s ports for two services', ['service_assignments', 0, 'project_path'], '/a'],
    ['as deep as it may be', ['deep'], JSON.parse(`${'['.repeat(63)}${']'.repeat(63)}`)],
    ['without a schema', ['schema_version'], undefined],
  ] as const)('%s', (_name, path, value) => {
    expect(parseDocument(withValue(path, value)).kind).toBe('good')
  })
})
