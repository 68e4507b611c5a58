import { database } from './database.ts'

export type Side = 'buy' | 'sell'

export interface Order {
  readonly id: string
  readonly ticker: string
  readonly side: Side
  /** The limit, in cents. */
  readonly priceCents: number
  readonly quantity: number
}

/** All that is offered at one price. */
export interface Level {
  readonly priceCents: number
  readonly quantity: number
}

type OrderRow = Record<'order_id' | 'ticker' | 'side' | 'price_cents' | 'quantity', string | number>

/**
 * Enters an order.
 *
 * @throws when the id is taken
 */
export async function placeOrder({ id, ticker, side, priceCents, quantity }: Order): Promise<void> {
  await database.sql('INSERT INTO BookOrder (order_id, ticker, side, price_cents, quantity) VALUES (?, ?, ?, ?, ?)', [
    id,
    ticker,
    side,
    priceCents,
    quantity,
  ])
}

export async function findOrder(id: string): Promise<Order | undefined> {
  const [row] = await database.sql<OrderRow>(
    'SELECT order_id, ticker, side, price_cents, quantity FROM BookOrder WHERE order_id = ?',
    [id],
  )
  return row && toOrder(row)
}

export async function cancelOrder(id: string): Promise<void> {
  await database.sql('DELETE FROM BookOrder WHERE order_id = ?', [id])
}

/** Takes from an order what has been traded; an order with nothing left goes. */
export async function fillOrder(id: string, quantity: number): Promise<void> {
  await database.sql('UPDATE BookOrder SET quantity = quantity - ? WHERE order_id = ?', [quantity, id])
  await database.sql('DELETE FROM BookOrder WHERE order_id = ? AND quantity <= 0', [id])
}

/** One side of the book, the best price first: the highest to buy at, the lowest to sell at. */
export async function depth(ticker: string, side: Side): Promise<Level[]> {
  const rows = await database.sql(
    `SELECT price_cents, SUM(quantity) AS total FROM BookOrder WHERE ticker = ? AND side = ?
     GROUP BY price_cents ORDER BY price_cents ${side === 'buy' ? 'DESC' : 'ASC'}`,
    [ticker, side],
  )
  return rows.map((row) => ({ priceCents: Number(row.price_cents), quantity: Number(row.total) }))
}

/** The open orders of one side that would trade at a price, the best first. */
export async function ordersAt(ticker: string, side: Side, priceCents: number): Promise<Order[]> {
  const buys = side === 'buy'
  const rows = await database.sql<OrderRow>(
    `SELECT order_id, ticker, side, price_cents, quantity FROM BookOrder
     WHERE ticker = ? AND side = ? AND price_cents ${buys ? '>=' : '<='} ?
     ORDER BY price_cents ${buys ? 'DESC' : 'ASC'}, order_id`,
    [ticker, side, priceCents],
  )
  return rows.map(toOrder)
}

function toOrder(row: OrderRow): Order {
  return {
    id: String(row.order_id),
    ticker: String(row.ticker),
    side: row.side as Side,
    priceCents: Number(row.price_cents),
    quantity: Number(row.quantity),
  }
}
