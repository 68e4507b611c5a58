import { expect, inject, test } from 'vitest'
import { customers } from '../src/customers.ts'

test('the orders are in a table that the stock has under the same name', async () => {
  expect(await customers()).toEqual(['Ada'])
  console.log(`orders on port ${inject('iris').port}`)
})
