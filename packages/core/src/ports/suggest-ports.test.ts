import { expect, test } from 'vitest'
import { rankSuggestions } from './suggest-ports.ts'

test('the nearest come first, of two equally near the rounder one, then the higher one', () => {
  expect(rankSuggestions(3000, [3001, 3002, 3003, 3100])).toEqual([3001, 3002, 3003, 3100])
  expect(rankSuggestions(3001, [3000, 3002])).toEqual([3000, 3002])
  expect(rankSuggestions(3105, [3100, 3110])).toEqual([3100, 3110])
  expect(rankSuggestions(3007, [3006, 3008])).toEqual([3008, 3006])
})
