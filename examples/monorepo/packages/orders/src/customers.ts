import { connectIris } from '@iris-devtester/core/connection'

/** The customers that have ordered, by the order's number. */
export async function customers(): Promise<string[]> {
  const iris = connectIris()
  try {
    const rows = await iris.sql('SELECT customer FROM Shop.Item ORDER BY id')
    return rows.map(({ customer }) => String(customer))
  } finally {
    await iris.close()
  }
}
