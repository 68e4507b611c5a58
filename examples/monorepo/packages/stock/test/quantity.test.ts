import { expect, inject, test } from 'vitest'
import { quantity } from '../src/quantity.ts'

test('the stock is in a table that the orders have under the same name', async () => {
  expect(await quantity('tea')).toBe(3)
  expect(await quantity('coffee')).toBe(0)
  console.log(`stock on port ${inject('iris').port}`)
})
