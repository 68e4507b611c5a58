import { blankLiterals } from './blank-literals.ts'
import { type FromTable, fromTables } from './from-tables.ts'
import { plainName, SQL_NAME } from './sql-names.ts'

/** One column that a query asks for. */
export interface ResultColumn {
  /** What it will be called; `undefined` for `*`, and for an expression, which IRIS gives a name of its own. */
  readonly name: string | undefined
  readonly isStar: boolean
  /** Of `a.*`, the `a`. */
  readonly of?: string | undefined
  /** Whether it is a table's column under the name it has there. */
  readonly isPlain: boolean
  /** Where its text ends in the query, before its alias if it has one. */
  readonly end: number
  /** Where its alias ends, or where it ends itself. */
  readonly aliasEnd: number
}

/** What a query asks for, as far as its text tells. */
export interface ResultColumns {
  readonly columns: readonly ResultColumn[]
  /** What it reads from; `undefined` where the text doesn't tell. */
  readonly tables: readonly FromTable<ResultColumns>[] | undefined
}

const HEAD = /^\s*SELECT\b(?:\s+(?:ALL|DISTINCT(?:\s+BY\s*\([^)]*\))?|TOP\s*(?:\([^)]*\)|\d+|\?|ALL)|%NO\w+))*\s*/i
const ENDS = /^(FROM|UNION|INTERSECT|EXCEPT|WHERE|GROUP|HAVING|ORDER|INTO|FOR|LIMIT|OFFSET)$/i
/** Words that end an expression and are no alias. */
const NO_ALIAS = /^(END|NULL|TRUE|FALSE|UNKNOWN)$/i
const STAR = new RegExp(`^(?:(?:${SQL_NAME}\\s*\\.\\s*)?(${SQL_NAME})\\s*\\.\\s*)?\\*$`, 'd')

/** Reads the list of a `SELECT`; `undefined` for a statement of another kind. */
export function resultColumns(query: string): ResultColumns | undefined {
  const words = blankLiterals(query)
  const start = selectIn(words)
  const [head] = HEAD.exec(words.slice(start)) ?? []
  if (head === undefined) return undefined
  const { items, end } = itemsFrom(words, start + head.length)
  const columns = items.map(([from, to]) => column(query, words, from, to))
  const hasTables = /^FROM\b/i.test(words.slice(end))
  return { columns, tables: hasTables ? fromTables(query, words, end + 'FROM'.length, resultColumns) : undefined }
}

/** The names that more than one of the columns would have; names differ in more than the case of their letters. */
export function repeated(names: readonly (string | undefined)[]): string[] {
  const seen = new Set<string>()
  const twice = new Map<string, string>()
  for (const name of names) {
    const key = name?.toUpperCase()
    if (name === undefined || key === undefined) continue
    if (seen.has(key)) twice.set(key, name)
    seen.add(key)
  }
  return [...twice.values()]
}

/** Behind the queries of a `WITH`. */
function selectIn(words: string): number {
  if (!/^\s*WITH\b/i.test(words)) return 0
  let depth = 0
  for (const { 0: piece, index } of words.matchAll(/[()]|\bSELECT\b/gi)) {
    if (piece === '(') depth++
    else if (piece === ')') depth--
    else if (depth === 0) return index
  }
  return 0
}

function itemsFrom(words: string, start: number): { items: [number, number][]; end: number } {
  const items: [number, number][] = []
  let depth = 0
  let from = start
  for (const { 0: piece, index } of words.slice(start).matchAll(/[(),]|[%A-Za-z_][\w@#$]*/g)) {
    const at = start + index
    if (piece === '(') depth++
    else if (piece === ')') depth--
    else if (depth === 0 && (piece === ',' || (ENDS.test(piece) && words[at - 1] !== '.'))) {
      items.push([from, at])
      from = at + 1
      if (piece !== ',') return { items, end: at }
    }
  }
  items.push([from, words.length])
  return { items, end: words.length }
}

function column(query: string, words: string, from: number, to: number): ResultColumn {
  const text = words.slice(from, to).trimEnd()
  const end = from + text.length
  const begin = from + text.length - text.trimStart().length
  const star = STAR.exec(text.trim())
  if (star) {
    const [start = 0, stop = 0] = star.indices?.[1] ?? []
    const of = stop > start ? plainName(query.slice(begin + start, begin + stop)) : undefined
    return { name: undefined, isStar: true, of, isPlain: false, end, aliasEnd: end }
  }
  const alias = new RegExp(`(?:\\s+AS\\s+|(?<=[\\w"')\\]?])\\s+|(?<=["')])\\s*)(${SQL_NAME})$`, 'i').exec(text)
  if (alias?.index && text.slice(0, alias.index).trim() !== '' && !NO_ALIAS.test(alias[1] as string)) {
    const name = query.slice(end - (alias[1] as string).length, end)
    return { name: plainName(name), isStar: false, isPlain: false, end: from + alias.index, aliasEnd: end }
  }
  const path = new RegExp(`^\\s*(?:${SQL_NAME}\\s*\\.\\s*){0,2}(${SQL_NAME})$`).exec(text)
  const name = path ? plainName(query.slice(end - (path[1] as string).length, end)) : undefined
  return { name, isStar: false, isPlain: path !== null, end, aliasEnd: end }
}
