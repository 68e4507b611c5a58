import { connectIris } from '@iris-devtester/core/connection'

/** How many of an article are there. */
export async function quantity(sku: string): Promise<number> {
  const iris = connectIris()
  try {
    const [row] = await iris.sql('SELECT quantity FROM Shop.Item WHERE sku = ?', [sku])
    return Number(row?.quantity ?? 0)
  } finally {
    await iris.close()
  }
}
