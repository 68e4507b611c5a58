import { parseExactly } from '../../connection/sql-values.ts'
import { summaryOf } from '../../errors/summary-of.ts'
import { CsvError, parseCsv } from './csv.ts'
import { loadFailed, placeIn } from './source.ts'

/** Where something stands in a file. */
export interface RowPlace {
  /** `patients.csv:3`, `patients.json, row 2` */
  readonly place: string
  readonly details: Readonly<Record<string, unknown>>
}

/** A row on its way into a table. */
export interface TableRow extends RowPlace {
  /** Each value beside the name of its column. */
  readonly values: readonly (readonly [column: string, value: unknown])[]
}

/** What a file holds. */
export interface TableRows {
  /** The line that names the columns of all rows; rows of JSON name them each. */
  readonly head?: RowPlace & { readonly names: readonly string[] }
  readonly rows: readonly TableRow[]
}

/**
 * Reads comma-separated values, whose first line names the columns.
 *
 * @throws LeaseError `LOAD_FAILED`
 */
export function csvRows(path: string, content: string): TableRows {
  const [first, ...rows] = parsed(path, content)
  if (!first) return { rows: [] }
  const names = first.fields.map(({ text }) => text.trim())
  const head = { place: placeIn(path, first.line), details: { line: first.line }, names }
  if (names.length === 1 && /[;\t]/.test(names[0] as string)) {
    throw loadFailed(`${head.place}: Values are separated by commas, and this line has none.`, {
      path,
      line: first.line,
    })
  }
  return {
    head,
    rows: rows.map(({ line, fields }) => {
      if (fields.length !== names.length) {
        throw loadFailed(
          `${placeIn(path, line)}: The row has ${fields.length} values, but the first line names ${names.length} columns.`,
          { path, line },
        )
      }
      const values = fields.map(
        ({ text, isQuoted }, at) => [names[at] as string, text === '' && !isQuoted ? null : text] as const,
      )
      return { place: placeIn(path, line), details: { line }, values }
    }),
  }
}

function parsed(path: string, content: string): ReturnType<typeof parseCsv> {
  try {
    return parseCsv(content)
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw loadFailed(`${placeIn(path, error.line)}: ${error.message}`, { path, line: error.line })
  }
}

/**
 * Reads a list of objects, each a row.
 *
 * @throws LeaseError `LOAD_FAILED`
 */
export function jsonRows(path: string, content: string): TableRows {
  let list: unknown
  try {
    list = parseExactly(content)
  } catch (cause) {
    throw loadFailed(`The file ${path} is no JSON: ${summaryOf(cause)}`, { path })
  }
  if (!Array.isArray(list)) throw loadFailed(`The file ${path} must hold a list of rows.`, { path })
  const rows = list.map((values: unknown, at) => {
    const place = `${path}, row ${at + 1}`
    if (values === null || typeof values !== 'object' || Array.isArray(values)) {
      throw loadFailed(`${place}: A row must be an object with a value for each column.`, { path, row: at + 1 })
    }
    return { place, details: { row: at + 1 }, values: Object.entries(values) }
  })
  return { rows }
}
