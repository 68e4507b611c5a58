import { expect, test } from 'vitest'
import { grossPrice } from '../src/gross-price.ts'

test('tax is added and rounded to a cent', () => {
  expect(grossPrice(1_005, 19)).toBe(1_196)
})

test('needs no IRIS', () => {
  expect(process.env.IRIS_URL).toBeUndefined()
})
