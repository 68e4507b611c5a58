import { describe, expect, test } from 'vitest'
import { PortRegistryError } from './port-registry-error.ts'
import { DEFAULT_RANGES, inRange, isPort, parseRange, requireService, resolveRanges, usesUdp } from './services.ts'

function refusal(call: () => unknown): PortRegistryError {
  try {
    call()
  } catch (error) {
    if (error instanceof PortRegistryError) return error
  }
  throw new Error('not refused')
}

describe('the ranges', () => {
  test('are the default ones but for those that are configured', () => {
    expect(resolveRanges({})).toEqual(DEFAULT_RANGES)
    expect(resolveRanges({ node: [1, 65_535], php: [7, 7] })).toEqual({
      ...DEFAULT_RANGES,
      node: [1, 65_535],
      php: [7, 7],
    })
    const left = { node: undefined } as unknown as typeof DEFAULT_RANGES
    expect(resolveRanges(left)).toEqual(DEFAULT_RANGES)
  })

  test.each([[[20, 10]], [[0, 10]], [[10, 65_536]], [[10]], [[10, 20, 30]], [[1.5, 10]], [['1', '2']]])(
    '%j is none',
    (range) => {
      const error = refusal(() => resolveRanges({ node: range as unknown as [number, number] }))
      expect(error).toMatchObject({
        code: 'INVALID_RANGE',
        summary: `The port range ${JSON.stringify(range)} for service "node" is invalid: give two ports from 1 to 65535, the lower one first.`,
        hint: 'Use for example 3000-3999, which is the default; in code [3000, 3999].',
        details: { service: 'node', range },
      })
    },
  )

  test('of web ports are as many as those of superserver ports, unless they are configured', () => {
    expect(resolveRanges({ iris: [1972, 1999] })['iris-web']).toEqual([52_773, 52_800])
    expect(resolveRanges({ iris: [1972, 1973] })['iris-web']).toEqual(DEFAULT_RANGES['iris-web'])
    expect(resolveRanges({ iris: [1, 65_535] })['iris-web']).toEqual([52_773, 65_535])
    expect(resolveRanges({ iris: [1972, 1999], 'iris-web': [80, 81] })['iris-web']).toEqual([80, 81])
  })

  test('are written with a hyphen', () => {
    expect(parseRange(' 1972-1999 ', 'iris')).toEqual([1972, 1999])
    for (const text of ['', '1972', '1999-1972', '1-2-3', '0-9', '1-65536', 'a-b', '1 - 2']) {
      expect(
        refusal(() => parseRange(text, 'iris', 'VARIABLE')),
        text,
      ).toMatchObject({
        code: 'INVALID_RANGE',
        message: expect.stringContaining(`${JSON.stringify(text)} of VARIABLE for service "iris" is invalid`),
      })
    }
  })

  test('are for known services', () => {
    expect(requireService('php')).toBe('php')
    const error = refusal(() => requireService('toString'))
    expect(error).toMatchObject({
      code: 'UNKNOWN_SERVICE',
      summary: 'There is no service "toString".',
      hint: 'Use one of: iris, iris-web, node, static, python, php, system.',
      details: { service: 'toString', services: ['iris', 'iris-web', 'node', 'static', 'python', 'php', 'system'] },
    })
    expect(refusal(() => resolveRanges({ ruby: undefined } as object)).code).toBe('UNKNOWN_SERVICE')
  })
})

test('a port is a whole number from 1 to 65535', () => {
  expect([1, 65_535].every(isPort)).toBe(true)
  expect([0, 65_536, 1.5, '1', Number.NaN, null].some(isPort)).toBe(false)
})

test('a range has both its ends', () => {
  expect([9, 10, 20, 21].map((port) => inRange(port, [10, 20]))).toEqual([false, true, true, false])
})

test('applications may use UDP, IRIS does not', () => {
  expect((['iris', 'iris-web', 'node', 'system'] as const).map(usesUdp)).toEqual([false, false, true, true])
})
