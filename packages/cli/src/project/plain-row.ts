import type { SqlRow } from '@iris-devtester/core'

/** A row as JSON: whole numbers that other programs would round are texts of their digits. */
export function plainRow(row: SqlRow): SqlRow {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, typeof value === 'bigint' ? String(value) : value]),
  )
}
