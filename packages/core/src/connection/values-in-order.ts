import { resultColumns } from './result-columns.ts'
import type { SqlRow } from './sql-result.ts'

/** Names that an object of JavaScript has before all others: `SELECT Total AS "2024"`. */
const INDEX = /^(0|[1-9]\d*)$/

/** What gives a row's values in the order of the query's columns. */
export function valuesInOrder(query: string): (row: SqlRow) => unknown[] {
  const columns = resultColumns(query)?.columns ?? []
  const isIndex = (name: string | undefined): name is string => name !== undefined && INDEX.test(name)
  if (!columns.some(({ name }) => isIndex(name))) return Object.values
  return (row) => {
    // IRIS may name a column otherwise than its query does.
    if (!columns.every(({ name }) => !isIndex(name) || name in row)) return Object.values(row)
    const others = Object.keys(row).filter((name) => !isIndex(name))
    const single = columns.filter(({ name, isStar }) => !isStar && !isIndex(name)).length
    const names = columns.flatMap(({ name, isStar }) => {
      if (isStar) return others.splice(0, others.length - single)
      return isIndex(name) ? [name] : others.splice(0, 1)
    })
    return names.map((name) => row[name])
  }
}
