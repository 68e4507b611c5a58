import { blankLiterals } from './blank-literals.ts'

/** One column that a query asks for. */
export interface ResultColumn {
  /** What it will be called; `undefined` for `*`, and for an expression, which IRIS gives a name of its own. */
  readonly name: string | undefined
  readonly isStar: boolean
  /** Where its text ends in the query, before its alias if it has one. */
  readonly end: number
  /** Where its alias ends, or where it ends itself. */
  readonly aliasEnd: number
}

/** What a query asks for, as far as its text tells. */
export interface ResultColumns {
  readonly columns: readonly ResultColumn[]
  /** The tables behind a `*`, with their schemas where they are named; `undefined` where the text doesn't tell. */
  readonly tables: readonly { readonly schema: string | undefined; readonly table: string }[] | undefined
}

const NAME = '(?:[%A-Za-z_][\\w@#$]*|"[^"]*")'
const HEAD = /^\s*SELECT\b(?:\s+(?:ALL|DISTINCT(?:\s+BY\s*\([^)]*\))?|TOP\s*(?:\([^)]*\)|\d+|\?|ALL)|%NO\w+))*\s*/i
const ENDS = /^(FROM|UNION|INTERSECT|EXCEPT|WHERE|GROUP|HAVING|ORDER|INTO|FOR|LIMIT|OFFSET)$/i
/** Words that end an expression and are no alias. */
const NO_ALIAS = /^(END|NULL|TRUE|FALSE|UNKNOWN)$/i

/** Reads the list of a `SELECT`; `undefined` for a statement of another kind. */
export function resultColumns(query: string): ResultColumns | undefined {
  const words = blankLiterals(query)
  const [head] = HEAD.exec(words) ?? []
  if (head === undefined) return undefined
  const { items, end } = itemsFrom(words, head.length)
  const columns = items.map(([from, to]) => column(query, words, from, to))
  return { columns, tables: tablesOf(query, words, end) }
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
  if (/(^|\.)\s*\*$/.test(text.trim())) return { name: undefined, isStar: true, end, aliasEnd: end }
  const alias = new RegExp(`(?:\\s+AS\\s+|(?<=[\\w"')\\]?])\\s+|(?<=["')])\\s*)(${NAME})$`, 'i').exec(text)
  if (alias?.index && text.slice(0, alias.index).trim() !== '' && !NO_ALIAS.test(alias[1] as string)) {
    const name = query.slice(end - (alias[1] as string).length, end)
    return { name: plain(name), isStar: false, end: from + alias.index, aliasEnd: end }
  }
  const path = new RegExp(`^\\s*(?:${NAME}\\s*\\.\\s*){0,2}(${NAME})$`).exec(text)
  const name = path ? plain(query.slice(end - (path[1] as string).length, end)) : undefined
  return { name, isStar: false, end, aliasEnd: end }
}

function tablesOf(query: string, words: string, from: number): ResultColumns['tables'] {
  if (!/^FROM\b/i.test(words.slice(from))) return undefined
  const rest = words.slice(from + 4)
  const end = rest.search(/\b(WHERE|GROUP|HAVING|ORDER|UNION|INTERSECT|EXCEPT|LIMIT)\b/i)
  const clause = end < 0 ? rest : rest.slice(0, end)
  // A query in the place of a table, or columns that are merged, need more than a look at the text.
  if (/\(\s*SELECT\b|\bUSING\b|\bNATURAL\b/i.test(clause)) return undefined
  const tables = []
  for (const found of clause.matchAll(new RegExp(`(?:^|,|\\bJOIN\\b)\\s*(?:(${NAME})\\s*\\.\\s*)?(${NAME})`, 'dgi'))) {
    const [, schema, table] = (found.indices ?? []).map(
      (one) => one && plain(query.slice(from + 4 + one[0], from + 4 + one[1])),
    )
    if (table !== undefined) tables.push({ schema, table })
  }
  return tables
}

function plain(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name
}
