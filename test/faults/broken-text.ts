import fc from 'fast-check'

/** A text that might lie where the registry's file should be, made from a good one. */
export function brokenText(good: string): fc.Arbitrary<string> {
  const document = JSON.parse(good) as Record<string, unknown>
  const keys = Object.keys(document)
  const path = fc.constantFrom('/a', '/b', '/c\0d', '', 'relative')
  const port = fc.oneof(
    fc.integer(),
    fc.constantFrom(0, -1, 1972, 65_535, 65_536, 1e300, 1.5, Number.MAX_SAFE_INTEGER, '1972', null),
  )
  const entry = fc.record(
    {
      project_path: path,
      port,
      assigned_at: fc.constantFrom('2026-01-01T00:00:00Z', 'yesterday', 5),
      assignment_type: fc.constantFrom('auto', 'manual', 'other'),
      status: fc.constantFrom('active', 'stale', 'released', 'gone'),
      container_name: fc.constantFrom(null, 'iris_x', 7),
      __proto__: fc.constant({ port: 1 }),
    },
    { requiredKeys: [] },
  )
  return fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.nat({ max: good.length }).map((length) => good.slice(0, length)),
    fc
      .tuple(fc.nat({ max: good.length }), fc.string({ minLength: 1, maxLength: 3 }))
      .map(([at, text]) => good.slice(0, at) + text + good.slice(at + text.length)),
    fc.json(),
    // One key of a good file with a value of any type.
    fc
      .tuple(fc.constantFrom(...keys), fc.jsonValue())
      .map(([key, value]) => JSON.stringify({ ...document, [key]: value })),
    fc.array(entry, { maxLength: 4 }).map((assignments) => JSON.stringify({ ...document, assignments })),
    fc.tuple(port, port).map(([one, other]) => twoEntries(document, one, other)),
    fc
      .constantFrom('schema_version', 'generation')
      .chain((key) =>
        fc
          .oneof(port, fc.constantFrom('2.0', '1.1', '1', '', 'x'))
          .map((value) => JSON.stringify({ ...document, [key]: value })),
      ),
    fc
      .integer({ min: 1, max: 20_000 })
      .map((depth) => `{"schema_version":"1.0","deep":${'['.repeat(depth)}${']'.repeat(depth)}}`),
    fc
      .constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty')
      .map((key) => good.replace('"folders": {', `"folders": {"${key}": true,`)),
    fc.constantFrom(
      '',
      ' ',
      '\0',
      '\0'.repeat(4_096),
      'null',
      '[]',
      '{}',
      '\ufeff{}',
      '{"__proto__":{"assignments":1}}',
    ),
  )
}

function twoEntries(document: object, one: unknown, other: unknown): string {
  const rest = { assigned_at: '2026-01-01T00:00:00Z', assignment_type: 'auto', status: 'active', container_name: null }
  const assignments = [
    { project_path: '/a', port: one, ...rest },
    { project_path: '/b', port: other, ...rest },
  ]
  return JSON.stringify({ ...document, assignments })
}
