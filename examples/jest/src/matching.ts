import { database } from './database.ts'
import { fillOrder, type Order, ordersAt, placeOrder } from './order-book.ts'

/** Trades an order against the other side of the book, at the prices found there; what is left of it is placed. */
export async function submitOrder(order: Order): Promise<void> {
  let left = order.quantity
  for (const other of await ordersAt(order.ticker, order.side === 'buy' ? 'sell' : 'buy', order.priceCents)) {
    if (left === 0) return
    const traded = Math.min(left, other.quantity)
    await fillOrder(other.id, traded)
    await recordTrade(`${order.id}/${other.id}`, other, traded)
    left -= traded
  }
  if (left > 0) await placeOrder({ ...order, quantity: left })
}

export async function volumeOf(ticker: string): Promise<number> {
  const [row] = await database.sql('SELECT SUM(quantity) AS volume FROM BookTrade WHERE ticker = ?', [ticker])
  return Number(row?.volume ?? 0)
}

/** What all trades in a ticker came to, in cents. */
export async function turnoverOf(ticker: string): Promise<number> {
  const [row] = await database.sql('SELECT SUM(quantity * price_cents) AS turnover FROM BookTrade WHERE ticker = ?', [
    ticker,
  ])
  return Number(row?.turnover ?? 0)
}

async function recordTrade(id: string, { ticker, priceCents }: Order, quantity: number): Promise<void> {
  await database.sql('INSERT INTO BookTrade (trade_id, ticker, price_cents, quantity) VALUES (?, ?, ?, ?)', [
    id,
    ticker,
    priceCents,
    quantity,
  ])
}
