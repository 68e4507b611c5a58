import { plainName, SQL_NAME } from './sql-names.ts'

/** What a query reads from, as far as its text tells. */
export type FromTable<Query> = {
  /** What the query calls it: the alias, or else the table's own name. */
  readonly alias: string | undefined
} & (
  | { readonly kind: 'table'; readonly schema: string | undefined; readonly table: string }
  | { readonly kind: 'query'; readonly query: Query }
  /** A function, or tables in parentheses. */
  | { readonly kind: 'unknown' }
)

const ENDS = /^(WHERE|GROUP|HAVING|ORDER|UNION|INTERSECT|EXCEPT|LIMIT|OFFSET|FOR)$/i
/** Words behind a table that are no alias. */
const NO_ALIAS = /^(ON|LEFT|RIGHT|FULL|INNER|OUTER|CROSS|JOIN)$/i
const TABLE = new RegExp(`^(?:(${SQL_NAME})\\s*\\.\\s*)?(${SQL_NAME})(\\s*\\()?`, 'd')
const ALIAS = new RegExp(`^\\s*(?:AS\\s+)?(${SQL_NAME})`, 'di')
/** `%PARALLEL`, `%ALLINDEX`: what IRIS is told about the way to do it. */
const HINTS = /^(?:\s*%[A-Za-z]+\s+)*\s*/

/**
 * Reads what stands behind `FROM`; `undefined` where columns are merged, so that the text doesn't tell which there are.
 *
 * @param words the query with the inside of its literals as blanks.
 * @param from where the word `FROM` ends.
 * @param read reads a query that stands in the place of a table.
 */
export function fromTables<Query>(
  query: string,
  words: string,
  from: number,
  read: (query: string) => Query | undefined,
): FromTable<Query>[] | undefined {
  return pieces(words, from)?.map(([start, end]) => fromTable(query.slice(start, end), words.slice(start, end), read))
}

function pieces(words: string, start: number): [number, number][] | undefined {
  const found: [number, number][] = []
  let depth = 0
  let from = start
  for (const { 0: piece, index } of words.slice(start).matchAll(/[(),]|[%A-Za-z_][\w@#$]*/g)) {
    const at = start + index
    if (piece === '(') depth++
    else if (piece === ')') depth--
    else if (depth === 0 && words[at - 1] !== '.') {
      if (/^(NATURAL|USING)$/i.test(piece)) return undefined
      const isEnd = ENDS.test(piece)
      if (!isEnd && piece !== ',' && !/^JOIN$/i.test(piece)) continue
      found.push([from, at])
      from = at + piece.length
      if (isEnd) return found
    }
  }
  found.push([from, words.length])
  return found
}

function fromTable<Query>(text: string, words: string, read: (query: string) => Query | undefined): FromTable<Query> {
  const begin = HINTS.exec(words)?.[0].length ?? 0
  if (words[begin] === '(') {
    const end = closing(words, begin)
    const inner = read(text.slice(begin + 1, end))
    const alias = aliasIn(text, words, end + 1)
    return inner === undefined ? { alias, kind: 'unknown' } : { alias, kind: 'query', query: inner }
  }
  const [all, schema, table, call] = TABLE.exec(words.slice(begin))?.indices ?? []
  if (!all || !table || call) return { alias: undefined, kind: 'unknown' }
  const nameAt = ([start, end]: [number, number]) => plainName(text.slice(begin + start, begin + end))
  const name = nameAt(table)
  const alias = aliasIn(text, words, begin + all[1]) ?? name
  return { alias, kind: 'table', schema: schema && nameAt(schema), table: name }
}

function aliasIn(text: string, words: string, from: number): string | undefined {
  const [start = 0, end = 0] = ALIAS.exec(words.slice(from))?.indices?.[1] ?? []
  const alias = text.slice(from + start, from + end)
  return alias === '' || NO_ALIAS.test(alias) ? undefined : plainName(alias)
}

function closing(words: string, open: number): number {
  let depth = 0
  for (let at = open; at < words.length; at++) {
    if (words[at] === '(') depth++
    if (words[at] === ')' && --depth === 0) return at
  }
  return words.length
}
