import { basename, extname } from 'node:path'
import { IrisConnectionError } from '../../connection/connection-error.ts'
import { quoted, quotedName } from '../../connection/data-tables.ts'
import type { IrisConnection } from '../../connection/iris-connection.ts'
import type { SqlParameter } from '../../connection/sql-values.ts'
import { summaryOf } from '../../errors/summary-of.ts'
import { readValue } from './column-value.ts'
import { CsvError, parseCsv } from './csv.ts'
import { loadFailed, placeIn, type Source } from './source.ts'

interface Column {
  readonly name: string
  readonly type: string
  readonly isIdentity: boolean
}

/** A row on its way into the table. */
interface TableRow {
  /** Where it stands: `patients.csv:3`, `patients.json, row 2`. */
  readonly place: string
  readonly details: Record<string, unknown>
  readonly values: Readonly<Record<string, unknown>>
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
  const rows = isCsv ? csvRows(path, content) : jsonRows(path, content)
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

function csvRows(path: string, content: string): TableRow[] {
  let parsed: ReturnType<typeof parseCsv>
  try {
    parsed = parseCsv(content)
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw loadFailed(`${placeIn(path, error.line)}: ${error.message}`, { path, line: error.line })
  }
  const [head, ...rows] = parsed
  const names = head?.fields.map(({ text }) => text.trim()) ?? []
  return rows.map(({ line, fields }) => {
    if (fields.length !== names.length) {
      throw loadFailed(
        `${placeIn(path, line)}: The row has ${fields.length} values, but the first line names ${names.length} columns.`,
        { path, line },
      )
    }
    const values = fields.map(({ text, isQuoted }, at) => [names[at], text === '' && !isQuoted ? null : text])
    return { place: placeIn(path, line), details: { line }, values: Object.fromEntries(values) }
  })
}

function jsonRows(path: string, content: string): TableRow[] {
  let parsed: unknown
  try {
    parsed = JSON.parse(content)
  } catch (cause) {
    throw loadFailed(`The file ${path} is no JSON: ${summaryOf(cause)}`, { path })
  }
  if (!Array.isArray(parsed)) throw loadFailed(`The file ${path} must hold a list of rows.`, { path })
  return parsed.map((values, at) => {
    const place = `${path}, row ${at + 1}`
    if (values === null || typeof values !== 'object' || Array.isArray(values)) {
      throw loadFailed(`${place}: A row must be an object with a value for each column.`, { path, row: at + 1 })
    }
    return { place, details: { row: at + 1 }, values: values as Record<string, unknown> }
  })
}

function statementFor(
  table: { readonly schema: string; readonly name: string },
  columns: ReadonlyMap<string, Column>,
  row: TableRow,
): { query: string; parameters: SqlParameter[]; row: TableRow } {
  const names: string[] = []
  const places: string[] = []
  const parameters: SqlParameter[] = []
  for (const [given, value] of Object.entries(row.values)) {
    const column = columns.get(given.toUpperCase())
    if (!column || column.isIdentity) {
      const why = column ? 'is the identity, which IRIS gives itself' : 'is none of its columns'
      const known = [...columns.values()].filter(({ isIdentity }) => !isIdentity).map(({ name }) => name)
      throw loadFailed(
        `${row.place}: The column ${JSON.stringify(given)} of ${table.schema}.${table.name} ${why}: ${known.join(', ')}.`,
        { ...row.details, column: given },
      )
    }
    const read = readValue(value, column.type)
    if ('wanted' in read) {
      throw loadFailed(
        `${row.place}, column ${column.name}: ${JSON.stringify(value)} is no ${read.wanted}, as the type ${column.type} wants.`,
        { ...row.details, column: column.name, value, type: column.type },
      )
    }
    names.push(quotedName(column.name))
    places.push(placeholder(column.type))
    parameters.push(read.value)
  }
  const query =
    names.length === 0
      ? `INSERT INTO ${quoted(table)} DEFAULT VALUES`
      : `INSERT INTO ${quoted(table)} (${names.join(', ')}) VALUES (${places.join(', ')})`
  return { query, parameters, row }
}

/**
 * Dates and times are numbers inside IRIS, which is what a statement over HTTP takes.
 *
 * @see https://docs.intersystems.com/irislatest/csp/docbook/DocBook.UI.Page.cls?KEY=RSQL_cast
 */
function placeholder(type: string): string {
  return /^(date|time)$/i.test(type) ? `CAST(? AS ${type.toUpperCase()})` : '?'
}
