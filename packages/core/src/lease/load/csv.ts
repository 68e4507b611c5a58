/** One value of a row; a quoted one may be empty without being null. */
export interface CsvField {
  readonly text: string
  readonly isQuoted: boolean
}

/** One row, with the line that it begins in, counted from 1. */
export interface CsvRow {
  readonly line: number
  readonly fields: readonly CsvField[]
}

/** A text that is no CSV, and where. */
export class CsvError extends Error {
  override readonly name = 'CsvError'
  readonly line: number

  constructor(line: number, message: string) {
    super(message)
    this.line = line
  }
}

/**
 * Reads comma-separated values as RFC 4180 has them: quotes around a value, doubled inside it; line ends inside quotes.
 * Empty lines are left out.
 *
 * @throws CsvError for a quote that isn't closed, or text behind a closing one.
 */
export function parseCsv(text: string): CsvRow[] {
  const rows: CsvRow[] = []
  let fields: CsvField[] = []
  let line = 1
  let start = 1
  const pieces = /"((?:[^"]|"")*)("?)|[^,\r\n"]+|,|\r\n|\n|\r|"/g
  let field: CsvField | undefined
  const endRow = () => {
    if (field !== undefined || fields.length > 0) rows.push({ line: start, fields: [...fields, field ?? EMPTY] })
    fields = []
    field = undefined
    start = line
  }
  for (const [piece, quoted, close] of text.replace(/^\uFEFF/, '').matchAll(pieces)) {
    if (piece === ',') {
      fields.push(field ?? EMPTY)
      field = undefined
    } else if (/^[\r\n]/.test(piece)) {
      line++
      endRow()
    } else {
      if (quoted !== undefined && close !== '"') throw new CsvError(line, 'A quote is not closed.')
      if (field !== undefined) throw new CsvError(line, 'A value goes on behind its closing quote.')
      field =
        quoted === undefined ? { text: piece, isQuoted: false } : { text: quoted.replaceAll('""', '"'), isQuoted: true }
      line += piece.match(/\r\n|\n|\r/g)?.length ?? 0
    }
  }
  endRow()
  return rows
}

const EMPTY: CsvField = { text: '', isQuoted: false }
