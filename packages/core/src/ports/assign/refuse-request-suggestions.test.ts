import { expect, test } from 'vitest'
import { rankSuggestions } from './refuse-request.ts'

test('the nearest come first, of two equally near the rounder one, then the higher one', () => {
  expect(rankSuggestions(3000, [3001, 3002, 3003, 3100])).toEqual([3001, 3002, 3003, 3100])
  expect(rankSuggestions(3001, [3000, 3002])).toEqual([3000, 3002])
  expect(rankSuggestions(3105, [3100, 3110])).toEqual([3100, 3110])
  expect(rankSuggestions(3007, [3006, 3008])).toEqual([3008, 3006])
  expect(rankSuggestions(1500, [2000, 1000, 1400, 1600])).toEqual([1600, 1400, 2000, 1000])
  expect(rankSuggestions(1050, [1100, 1000])).toEqual([1000, 1100])
  expect(rankSuggestions(105, [100, 110])).toEqual([100, 110])
  expect(rankSuggestions(15, [10, 20, 5, 25])).toEqual([20, 10, 25, 5])
  expect(rankSuggestions(13, [11, 15])).toEqual([15, 11])
  expect(rankSuggestions(17, [15, 19])).toEqual([15, 19])
})
