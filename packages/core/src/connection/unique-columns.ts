import { IrisConnectionError } from './connection-error.ts'
import { type ResultColumns, repeated, resultColumns } from './result-columns.ts'
import type { SqlRow } from './sql-result.ts'

/** Asks IRIS itself. */
export type Ask = (query: string, parameters: readonly unknown[]) => Promise<SqlRow[]>

/** IRIS's own default schema. */
const DEFAULT_SCHEMA = 'SQLUser'

/**
 * Sees to it that no column of a row takes the place of another of the same name.
 *
 * @param rename whether a column whose name is taken may get another one, because rows come without names.
 * @returns the query to send.
 * @throws IrisConnectionError `SQL_COLUMNS_NOT_UNIQUE`
 */
export async function uniqueColumns(query: string, rename: boolean, ask: Ask): Promise<string> {
  const found = resultColumns(query)
  if (found === undefined) return query
  const { columns, tables } = found
  const hasStar = columns.some(({ isStar }) => isStar)
  const names = columns.map(({ name }) => name)
  const behindStar = hasStar && tables !== undefined && tables.length > 1 ? await columnsOf(tables, ask) : []
  const twice = repeated([...names, ...behindStar])
  if (twice.length === 0) return query
  if (!rename || hasStar) throw notUnique(query, twice, hasStar)
  return renamed(query, found)
}

/** Every column whose name is taken gets one of ours. */
function renamed(query: string, { columns }: ResultColumns): string {
  const seen = new Set<string>()
  let text = ''
  let from = 0
  for (const [at, { name, end, aliasEnd }] of columns.entries()) {
    const isTaken = name !== undefined && seen.has(name.toUpperCase())
    if (name !== undefined) seen.add(name.toUpperCase())
    if (!isTaken) continue
    text += `${query.slice(from, end)} AS IDT_column_${at + 1}`
    from = aliasEnd
  }
  return text + query.slice(from)
}

async function columnsOf(tables: NonNullable<ResultColumns['tables']>, ask: Ask): Promise<string[]> {
  const where = tables.map(() => '(TABLE_SCHEMA = ? AND TABLE_NAME = ?)').join(' OR ')
  const rows = await ask(
    `SELECT COLUMN_NAME FROM INFORMATION_SCHEMA.COLUMNS WHERE ${where}`,
    tables.flatMap(({ schema = DEFAULT_SCHEMA, table }) => [schema, table]),
  )
  return rows.map((row) => String(row.COLUMN_NAME))
}

function notUnique(query: string, names: readonly string[], hasStar: boolean): IrisConnectionError {
  const which = names.length === 1 ? `named ${names[0]}` : `of the names ${names.join(', ')}`
  return new IrisConnectionError({
    code: 'SQL_COLUMNS_NOT_UNIQUE',
    message: `The query has several columns ${which}: a row could hold only one of them. Nothing was sent.\n  ${query}`,
    hint: hasStar
      ? 'Name the columns instead of *, each with its own alias: a.Name AS AName'
      : "Give each its own alias: a.Name AS AName\nOr read rows as arrays: connection.sql(query, parameters, { rows: 'arrays' })",
    details: { query, names },
  })
}
