import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { database } from '../src/database.ts'
import { cancelOrder, depth, fillOrder, findOrder, type Order, placeOrder } from '../src/order-book.ts'
import { clearSchema, createSchema, dropSchema } from '../src/schema.ts'

const order: Order = { id: 'A-1', ticker: 'ISC', side: 'buy', priceCents: 1_250, quantity: 100 }

beforeAll(createSchema)
beforeEach(clearSchema)
afterAll(async () => {
  await dropSchema()
  await database.close()
})

describe('an order', () => {
  test('is found by its id', async () => {
    await placeOrder(order)

    expect(await findOrder('A-1')).toEqual(order)
    expect(await findOrder('A-2')).toBeUndefined()
  })

  test('keeps its id to itself', async () => {
    await placeOrder(order)

    await expect(placeOrder({ ...order, quantity: 1 })).rejects.toThrow()
    expect(await findOrder('A-1')).toEqual(order)
  })

  test('is filled in parts, then gone', async () => {
    await placeOrder(order)

    await fillOrder('A-1', 60)
    expect(await findOrder('A-1')).toMatchObject({ quantity: 40 })

    await fillOrder('A-1', 40)
    expect(await findOrder('A-1')).toBeUndefined()
  })
})

describe('the book', () => {
  test('adds up what is offered at a price, the best price first', async () => {
    await placeOrder(order)
    await placeOrder({ ...order, id: 'A-2', quantity: 50 })
    await placeOrder({ ...order, id: 'A-3', priceCents: 1_300, quantity: 10 })
    await placeOrder({ ...order, id: 'A-4', side: 'sell', priceCents: 1_400 })

    expect(await depth('ISC', 'buy')).toEqual([
      { priceCents: 1_300, quantity: 10 },
      { priceCents: 1_250, quantity: 150 },
    ])
    expect(await depth('ISC', 'sell')).toEqual([{ priceCents: 1_400, quantity: 100 }])
  })

  test('forgets an order that is cancelled', async () => {
    await placeOrder(order)
    await cancelOrder('A-1')

    expect(await depth('ISC', 'buy')).toEqual([])
  })

  test('is in the namespace of this worker', async () => {
    await placeOrder(order)

    expect(database.namespace).toBe(iris.namespace)
    expect(await iris.sql('SELECT COUNT(*) AS orders FROM BookOrder')).toEqual([{ orders: 1 }])
  })
})
