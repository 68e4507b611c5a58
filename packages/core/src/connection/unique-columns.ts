import { IrisConnectionError } from './connection-error.ts'
import type { FromTable } from './from-tables.ts'
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
  const behindStars = await namesBehindStars(found, ask)
  // Of one table, a column beside the star is what the star gives already, which a row loses nothing by.
  const isOneTable = found.tables?.length === 1
  const stars = new Set(behindStars.map((name) => name.toUpperCase()))
  const ofStars = isOneTable && !rename ? [...new Set(behindStars)] : behindStars
  const named = found.columns.filter(
    ({ name = '', isPlain }) => !(isOneTable && !rename && isPlain && stars.has(name.toUpperCase())),
  )
  const twice = repeated([...ofStars, ...named.map(({ name }) => name)])
  if (twice.length === 0) return query
  const twiceByStars = repeated(ofStars).length > 0
  if (!rename || twiceByStars)
    throw notUnique(
      query,
      twice,
      found.columns.some(({ isStar }) => isStar),
    )
  return renamed(query, found, stars)
}

/** Every column whose name is taken gets one of ours. */
function renamed(query: string, { columns }: ResultColumns, taken: ReadonlySet<string>): string {
  const seen = new Set(taken)
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

/** The columns that the stars of a query stand for, as far as its text and IRIS's catalogue tell. */
async function namesBehindStars(found: ResultColumns, ask: Ask): Promise<string[]> {
  const tables = tablesBehindStars(found)
  // A single star over a single table can't repeat a name.
  const isAlone = found.columns.length === 1 && tables.length <= 1
  if (isAlone && found.tables?.every(({ kind }) => kind !== 'query')) return []
  const known = tables.length === 0 ? new Map<string, string[]>() : await columnsOf(tables, ask)
  return behindStars(found, known)
}

function behindStars(found: ResultColumns, known: ReadonlyMap<string, readonly string[]>): string[] {
  const columnsOfTable = (table: FromTable<ResultColumns>): readonly string[] => {
    if (table.kind === 'table') return known.get(keyOf(table)) ?? []
    if (table.kind === 'unknown') return []
    const named = table.query.columns.map(({ name }) => name).filter((name) => name !== undefined)
    return [...named, ...behindStars(table.query, known)]
  }
  return starred(found).flatMap(columnsOfTable)
}

/** The tables that IRIS has to be asked about. */
function tablesBehindStars(found: ResultColumns): NamedTable[] {
  return starred(found).flatMap((table) => {
    if (table.kind === 'query') return tablesBehindStars(table.query)
    return table.kind === 'table' ? [table] : []
  })
}

/** What the stars of a query are stars of, once for each. */
function starred({ columns, tables = [] }: ResultColumns): FromTable<ResultColumns>[] {
  return columns.flatMap(({ isStar, of }) => {
    if (!isStar) return []
    return of === undefined ? tables : tables.filter(({ alias }) => alias?.toUpperCase() === of.toUpperCase())
  })
}

type NamedTable = Extract<FromTable<ResultColumns>, { kind: 'table' }>

function keyOf({ schema = DEFAULT_SCHEMA, table }: { readonly schema?: string | undefined; readonly table: string }) {
  return `${schema}.${table}`.toUpperCase()
}

/** By the keys of the tables. */
async function columnsOf(tables: readonly NamedTable[], ask: Ask): Promise<Map<string, string[]>> {
  const asked = [...new Map(tables.map((table) => [keyOf(table), table])).values()]
  const where = asked.map(() => '(TABLE_SCHEMA = ? AND TABLE_NAME = ?)').join(' OR ')
  const rows = await ask(
    `SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME FROM INFORMATION_SCHEMA.COLUMNS WHERE ${where}`,
    asked.flatMap(({ schema = DEFAULT_SCHEMA, table }) => [schema, table]),
  )
  const columns = new Map<string, string[]>()
  for (const row of rows) {
    const key = keyOf({ schema: String(row.TABLE_SCHEMA), table: String(row.TABLE_NAME) })
    columns.set(key, [...(columns.get(key) ?? []), String(row.COLUMN_NAME)])
  }
  return columns
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
