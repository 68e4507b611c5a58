import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { database } from '../src/database.ts'
import { submitOrder, turnoverOf, volumeOf } from '../src/matching.ts'
import { depth, type Order } from '../src/order-book.ts'
import { clearSchema, createSchema, dropSchema } from '../src/schema.ts'

// The same tables as in the other file, which runs at the same time: each worker has a namespace of its own.
const sell: Order = { id: 'A-1', ticker: 'ISC', side: 'sell', priceCents: 1_250, quantity: 100 }
const buy: Order = { id: 'B-1', ticker: 'ISC', side: 'buy', priceCents: 1_250, quantity: 100 }

beforeAll(createSchema)
beforeEach(clearSchema)
afterAll(async () => {
  await dropSchema()
  await database.close()
})

describe('matching', () => {
  test('trades what meets, and leaves nothing', async () => {
    await submitOrder(sell)
    await submitOrder(buy)

    expect(await volumeOf('ISC')).toBe(100)
    expect(await turnoverOf('ISC')).toBe(125_000)
    expect(await depth('ISC', 'sell')).toEqual([])
    expect(await depth('ISC', 'buy')).toEqual([])
  })

  test('takes the best price first, and places what is left', async () => {
    await submitOrder(sell)
    await submitOrder({ ...sell, id: 'A-2', priceCents: 1_200, quantity: 30 })
    await submitOrder({ ...buy, quantity: 150 })

    expect(await turnoverOf('ISC')).toBe(30 * 1_200 + 100 * 1_250)
    expect(await depth('ISC', 'buy')).toEqual([{ priceCents: 1_250, quantity: 20 }])
  })

  test('leaves orders alone that ask for more', async () => {
    await submitOrder(sell)
    await submitOrder({ ...buy, priceCents: 1_249 })

    expect(await volumeOf('ISC')).toBe(0)
    expect(await depth('ISC', 'sell')).toEqual([{ priceCents: 1_250, quantity: 100 }])
  })
})
