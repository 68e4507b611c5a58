import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseDocument } from './document-parser.ts'
import { emptyDocument } from './registry-document.ts'

const good = emptyDocument(new Date(0))

function parse(change: object) {
  return parseDocument(JSON.stringify({ ...good, ...change })).kind
}

describe('a registry file', () => {
  test('of schema 1.0 is good, with or without what is newer, and keeps keys of others', () => {
    expect(parse({})).toBe('good')
    expect(parseDocument('{"schema_version":"1.0","assignments":[]}').kind).toBe('good')
    expect(parseDocument('{"assignments":[],"theirs":1}')).toMatchObject({ kind: 'good', document: { theirs: 1 } })
  })

  test.each(['2.0', '1.1', '1.10', '3.12', 2, '10'])('of schema %s is newer', (schema_version) => {
    expect(parse({ schema_version })).toBe('newer')
  })

  const one = {
    project_path: '/a',
    port: 1,
    assigned_at: '2026-01-01T00:00:00Z',
    assignment_type: 'auto',
    status: 'active',
    container_name: null,
  }
  test.each([
    ['a port twice', { assignments: [one, { ...one, project_path: '/b' }] }],
    ['a port twice across services', { assignments: [one], service_assignments: [{ ...one, service: 'node' }] }],
    ['a project twice', { assignments: [one, { ...one, port: 2 }] }],
    ['a port that is none', { assignments: [{ ...one, port: 65_536 }] }],
    ['a service that is none', { service_assignments: [{ ...one, service: 'toString' }] }],
    ['a date that is none', { assignments: [{ ...one, assigned_at: 'soon' }] }],
    ['a broken lease', { leases: [{ id: '1' }] }],
    ['a number beyond all counting', { generation: 2 ** 53 }],
    ['a version that is none', { schema_version: 'x' }],
  ])('with %s is corrupt', (_name, change) => {
    expect(parse(change)).toBe('corrupt')
  })

  test('nested too deeply to be written back is corrupt', () => {
    expect(parseDocument(`{"deep":${'['.repeat(5_000)}${']'.repeat(5_000)}}`).kind).toBe('corrupt')
  })

  test('of any text is judged without an exception', { timeout: 60_000 }, () => {
    const known = ['good', 'corrupt', 'newer']
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) =>
        known.includes(parseDocument(text).kind),
      ),
    )
  })
})
