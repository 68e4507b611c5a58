import { IrisConnectionError } from './connection-error.ts'

/** What a statement's `?` may stand for. */
export type SqlParameter = string | number | bigint | boolean | null

/**
 * In ObjectScript the empty text is SQL's null, and SQL's empty text is one character of code 0. What goes over HTTP are
 * ObjectScript's values.
 *
 * @see https://docs.intersystems.com/irislatest/csp/docbook/DocBook.UI.Page.cls?KEY=GSQL_langelements "NULL and the empty string"
 */
const EMPTY_TEXT = '\u0000'

const LARGEST = 2n ** 63n

/**
 * The parameters as JSON can carry them to IRIS.
 *
 * @throws IrisConnectionError `SQL_PARAMETERS_INVALID` for a value that no column can hold.
 */
export function toParameters(parameters: readonly SqlParameter[]): (string | number | boolean | null)[] {
  return parameters.map((value: unknown, index) => {
    if (value === null || typeof value === 'boolean') return value
    if (typeof value === 'string') return value === '' ? EMPTY_TEXT : value
    if (typeof value === 'number' && Number.isFinite(value)) return value
    // A number of JSON would lose digits on its way; IRIS takes its digits as the number.
    if (typeof value === 'bigint' && value < LARGEST && value >= -LARGEST) return value.toString()
    throw unfit(index, value)
  })
}

function unfit(index: number, value: unknown): IrisConnectionError {
  const isObject = typeof value === 'object' || typeof value === 'function'
  const shown = isObject ? `a ${(value as object).constructor?.name ?? 'object'}` : `${typeof value} ${String(value)}`
  const known = { undefined: 'For NULL, pass null.', bigint: 'IRIS has integers of 64 bits.' }[typeof value as string]
  const isDate = value instanceof Date
  return new IrisConnectionError({
    code: 'SQL_PARAMETERS_INVALID',
    message: `Parameter ${index + 1} is ${shown}, which no column can hold. Nothing was sent.`,
    hint: isDate
      ? 'Pass a date as text in the format of the column: value.toISOString().slice(0, 10)'
      : `${known ?? ''} Pass a string, a finite number, a bigint of at most 64 bits, a boolean or null.`.trim(),
    details: { index, type: isDate ? 'Date' : typeof value },
  })
}

/** Replaces in a row what stands for null and for the empty text. */
export function readValues<Row extends Record<string, unknown>>(row: Row): Row {
  for (const name in row) {
    const value: unknown = row[name]
    if (value === '') (row as Record<string, unknown>)[name] = null
    else if (value === EMPTY_TEXT) (row as Record<string, unknown>)[name] = ''
  }
  return row
}

/** Digits that might be more than a number can hold. */
const LONG_INTEGER = /[[:,]\s*-?\d{16,}\s*[,\]}]/
/** A text, or a number. */
const TEXT_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g
const MARK = '\u0001integer '

/** As `JSON.parse`, but a whole number that a `number` can't hold is a `bigint`. */
export function parseExactly(text: string): unknown {
  if (!LONG_INTEGER.test(text)) return JSON.parse(text)
  const marked = text.replace(TEXT_OR_NUMBER, (found) => {
    const isExact = found.startsWith('"') || /[.eE]/.test(found) || Number.isSafeInteger(Number(found))
    return isExact ? found : JSON.stringify(MARK + found)
  })
  return JSON.parse(marked, (_, value) =>
    typeof value === 'string' && value.startsWith(MARK) ? BigInt(value.slice(MARK.length)) : value,
  )
}
