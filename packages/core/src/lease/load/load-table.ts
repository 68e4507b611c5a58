import { basename, extname } from 'node:path'
import { IrisConnectionError } from '../../connection/connection-error.ts'
import { quoted, quotedName } from '../../connection/data-tables.ts'
import type { IrisConnection } from '../../connection/iris-connection.ts'
import type { SqlParameter } from '../../connection/sql-values.ts'
import { summaryOf } from '../../errors/summary-of.ts'
import { readValue } from './column-value.ts'
import { loadFailed, type Source } from './source.ts'
import { csvRows, jsonRows, type RowPlace, type TableRow } from './table-rows.ts'

interface Column {
  readonly name: string
  readonly type: string
  readonly isIdentity: boolean
}

/**
 * Loads rows into the table that the file is named after: `Sample.Patient.csv`, or `Patient.json` in the default schema. The
 * first line of CSV names the columns; JSON is a list of objects. Each value is checked against its column's type before
 * anything of the file is written.
 *
 * @throws LeaseError `LOAD_FAILED` with row and column.
 */
export async function loadTable(connection: IrisConnection, source: Source): Promise<void> {
  const { path, content } = source
  const isCsv = extname(path).toLowerCase() === '.csv'
  const words = basename(path).slice(0, -extname(path).length).split('.')
  const table = { schema: words.slice(0, -1).join('_') || 'SQLUser', name: words.at(-1) as string }
  const columns = await columnsOf(connection, path, table)
  const { head, rows } = isCsv ? csvRows(path, content) : jsonRows(path, content)
  if (head) columnsNamed(head.names, head, table, columns)
  const statements = rows.map((row) => statementFor(table, columns, row))
  for (const { query, parameters, row } of statements) {
    await connection.sql(query, parameters).catch((error) => {
      const said =
        error instanceof IrisConnectionError ? String(error.details.summary ?? error.summary) : summaryOf(error)
      throw loadFailed(
        `${row.place}: IRIS refused the row for ${table.schema}.${table.name} in the namespace ${connection.namespace}: ${said.trim()}`,
        { path, ...row.details, namespace: connection.namespace, sqlCode: (error as IrisConnectionError).sqlCode },
      )
    })
  }
}

async function columnsOf(
  connection: IrisConnection,
  path: string,
  { schema, name }: { readonly schema: string; readonly name: string },
): Promise<Map<string, Column>> {
  const rows = await connection.sql(
    'SELECT COLUMN_NAME, DATA_TYPE, IS_IDENTITY FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?',
    [schema, name],
  )
  if (rows.length === 0) {
    throw loadFailed(
      `The file ${path} is named after the table ${schema}.${name}, which is not in the namespace ${connection.namespace}.`,
      { path, table: `${schema}.${name}`, namespace: connection.namespace },
    )
  }
  return new Map(
    rows.map((row) => [
      String(row.COLUMN_NAME).toUpperCase(),
      { name: String(row.COLUMN_NAME), type: String(row.DATA_TYPE), isIdentity: row.IS_IDENTITY === 'YES' },
    ]),
  )
}

function statementFor(
  table: { readonly schema: string; readonly name: string },
  columns: ReadonlyMap<string, Column>,
  row: TableRow,
): { query: string; parameters: SqlParameter[]; row: TableRow } {
  const given = columnsNamed(
    row.values.map(([name]) => name),
    row,
    table,
    columns,
  )
  const parameters = given.map(({ name, type }, at): SqlParameter => {
    const [, value] = row.values[at] as TableRow['values'][number]
    const read = readValue(value, type)
    if ('value' in read) return read.value
    const shown = typeof value === 'bigint' ? String(value) : JSON.stringify(value)
    throw loadFailed(`${row.place}, column ${name}: ${shown} is no ${read.wanted}, as the type ${type} wants.`, {
      ...row.details,
      column: name,
      value,
      type,
    })
  })
  const names = given.map(({ name }) => quotedName(name))
  const places = given.map(({ type }) => placeholder(type))
  const query =
    names.length === 0
      ? `INSERT INTO ${quoted(table)} DEFAULT VALUES`
      : `INSERT INTO ${quoted(table)} (${names.join(', ')}) VALUES (${places.join(', ')})`
  return { query, parameters, row }
}

/** The columns of these names, each of which may be given one value. */
function columnsNamed(
  names: readonly string[],
  { place, details }: RowPlace,
  { schema, name: table }: { readonly schema: string; readonly name: string },
  columns: ReadonlyMap<string, Column>,
): Column[] {
  const seen = new Set<Column>()
  const refuse = (name: string, why: string): never => {
    throw loadFailed(`${place}: The column ${JSON.stringify(name)} of ${schema}.${table} ${why}.`, {
      ...details,
      column: name,
    })
  }
  return names.map((name) => {
    const column = columns.get(name.toUpperCase())
    const given = [...columns.values()].filter(({ isIdentity }) => !isIdentity)
    const others = given.map((one) => one.name).join(', ')
    if (!column) return refuse(name, `is none of its columns: ${others}`)
    if (column.isIdentity) return refuse(name, `is the identity, which IRIS gives itself: ${others}`)
    if (seen.has(column)) return refuse(name, 'is there twice')
    seen.add(column)
    return column
  })
}

/**
 * Dates and times are numbers inside IRIS, which is what a statement over HTTP takes.
 *
 * @see https://docs.intersystems.com/irislatest/csp/docbook/DocBook.UI.Page.cls?KEY=RSQL_cast
 */
function placeholder(type: string): string {
  return /^(date|time)$/i.test(type) ? `CAST(? AS ${type.toUpperCase()})` : '?'
}
