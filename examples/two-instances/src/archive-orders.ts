import type { IrisConnection } from '@iris-devtester/core/connection'

/**
 * Moves the orders that were placed before a year from one server to the other.
 *
 * @returns how many.
 */
export async function archiveOrders(from: IrisConnection, to: IrisConnection, year: number): Promise<number> {
  const old = await from.sql('SELECT id, placed FROM Shop.Orders WHERE placed < ?', [year])
  for (const { id, placed } of old) {
    await to.sql('INSERT INTO Shop.Orders (id, placed) VALUES (?, ?)', [Number(id), Number(placed)])
    await from.sql('DELETE FROM Shop.Orders WHERE id = ?', [Number(id)])
  }
  return old.length
}
