import { expect, test } from 'vitest'
import { DEFAULT_RANGES, SERVICE_NAMES } from '../document/services.ts'
import { ephemeralRange, overlaps, rangeFindings } from './range-findings.ts'

const EPHEMERAL = [60_000, 61_000] as const

function sentences(ranges: Partial<typeof DEFAULT_RANGES>, services = SERVICE_NAMES): string[] {
  return rangeFindings({ ...DEFAULT_RANGES, ...ranges }, services, EPHEMERAL).map(({ message }) => message)
}

test('the default ranges cause no warning', () => {
  expect(sentences({})).toEqual([])
})

test('a range among the ports of outgoing connections', () => {
  expect(rangeFindings({ ...DEFAULT_RANGES, node: [60_500, 62_000] }, ['node'], EPHEMERAL)).toEqual([
    {
      code: 'RANGE_IS_EPHEMERAL',
      message:
        'The range 60500-62000 of service "node" overlaps 60000-61000, from which the system gives ports to outgoing connections: one of them may be in the way now and then.',
      details: { service: 'node', range: [60_500, 62_000], ephemeral: EPHEMERAL },
    },
  ])
})

test('two services that compete are reported once per pair', () => {
  const node = [3500, 4500] as const
  expect(rangeFindings({ ...DEFAULT_RANGES, node }, ['node'], EPHEMERAL)).toEqual([
    {
      code: 'RANGES_OVERLAP',
      message: 'The range 3500-4500 of service "node" overlaps 4000-4999 of service "static": they compete for ports.',
      details: { service: 'node', range: node, other: 'static', otherRange: [4000, 4999] },
    },
  ])
  expect(sentences({ node })).toHaveLength(1)
  expect(sentences({ node }, ['static'])).toHaveLength(1)
  expect(sentences({ node }, ['php'])).toEqual([])
})

test.each([
  [[1, 2], [3, 4], false],
  [[1, 3], [3, 4], true],
  [[3, 4], [1, 3], true],
  [[3, 4], [1, 2], false],
  [[1, 9], [3, 4], true],
] as const)('%j overlaps %j: %s', (one, other, expected) => {
  expect(overlaps(one, other)).toBe(expected)
})

test('the system tells which ports it hands out', () => {
  const [first, last] = ephemeralRange()
  expect(first).toBeGreaterThan(1023)
  expect(last).toBeGreaterThan(first)
  expect(last).toBeLessThan(65_536)
})
