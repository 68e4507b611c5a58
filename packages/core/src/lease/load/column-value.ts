import type { SqlParameter } from '../../connection/sql-values.ts'

/** What a value of a file is to its column, or what it should have been. */
export type ReadValue = { readonly value: SqlParameter } | { readonly wanted: string }

const WHOLE = /^[+-]?\d+$/
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/
const DATE = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/
const TIME = /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?$/

/** @param type the column's type, as `INFORMATION_SCHEMA.COLUMNS` names it. */
export function readValue(value: unknown, type: string): ReadValue {
  if (value === null) return { value: null }
  const isScalar = ['string', 'number', 'bigint', 'boolean'].includes(typeof value)
  if (!isScalar) return { wanted: 'text, number, truth value or null' }
  const text = String(value).trim()
  const kind = type.toLowerCase()
  if (/^(bit|boolean)/.test(kind)) {
    if (/^(1|true)$/i.test(text)) return { value: 1 }
    return /^(0|false)$/i.test(text) ? { value: 0 } : { wanted: 'truth value (0 or 1)' }
  }
  if (/^(integer|int|bigint|smallint|tinyint)/.test(kind)) {
    if (!WHOLE.test(text)) return { wanted: 'whole number' }
    const whole = BigInt(text)
    return whole === BigInt.asIntN(64, whole) ? { value: whole } : { wanted: 'whole number of 64 bits' }
  }
  if (/^(numeric|decimal|double|float|real|money)/.test(kind)) {
    return NUMBER.test(text) ? { value: text } : { wanted: 'number' }
  }
  if (kind.startsWith('date') && kind !== 'datetime') {
    return DATE.test(text) && isDay(text) ? { value: text } : { wanted: 'date (YYYY-MM-DD)' }
  }
  if (/^(timestamp|datetime|posixtime)/.test(kind)) {
    const [date = '', time = '00:00:00'] = text.replace(/Z$/, '').split(/[ T]/)
    const isRight = DATE.test(date) && isDay(date) && TIME.test(time)
    return isRight ? { value: `${date} ${time}` } : { wanted: 'point in time (YYYY-MM-DD hh:mm:ss)' }
  }
  if (kind.startsWith('time')) return TIME.test(text) ? { value: text } : { wanted: 'time of day (hh:mm:ss)' }
  return { value: typeof value === 'boolean' ? Number(value) : (value as SqlParameter) }
}

/** No 30th of February. */
function isDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
}
