import { connectIris } from '@iris-devtester/core/connection'
import { expect, inject, test } from 'vitest'
import { archiveOrders } from '../src/archive-orders.ts'

test('old orders leave the main server for the archive', async () => {
  const main = connectIris()
  const archive = connectIris('archive')
  expect(main.port).not.toBe(archive.port)
  expect(archive.port).toBe(inject('iris').instances.archive?.port)
  await main.sql('INSERT INTO Shop.Orders (id, placed) VALUES (1, 2019)')
  await main.sql('INSERT INTO Shop.Orders (id, placed) VALUES (2, 2026)')

  expect(await archiveOrders(main, archive, 2025)).toBe(1)

  expect(await main.sql('SELECT id FROM Shop.Orders')).toEqual([{ id: 2 }])
  expect(await archive.sql('SELECT id FROM Shop.Orders')).toEqual([{ id: 1 }])
  await Promise.all([main.close(), archive.close()])
})
