import { is, nameOf, quote, symbol, type Token } from './tokens.ts'

const DEFAULT_SCHEMA = 'SQLUser'
/** What may follow a table's name and is no alias of it. */
const NO_ALIAS = new Set(
  `AS WHERE GROUP ORDER HAVING UNION ON JOIN INNER LEFT RIGHT FULL CROSS OUTER NATURAL SET LIMIT OFFSET VALUES SELECT USING
  INTERSECT EXCEPT FOR`.split(/\s+/),
)

/**
 * Turns `schema.table` into one quoted name, since a schema is something else to SQLite, and gives an unqualified name
 * IRIS's default schema. A table in a query keeps its short name as an alias, so that `table.column` still means it.
 */
export function resolveTableNames(tokens: readonly Token[]): Token[] {
  const output: Token[] = []
  const temporary = commonTableNames(tokens)
  // One entry a parenthesis: does a query begin in it, and are we in its list of tables?
  const levels = [{ query: false, tables: false }]
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] as Token
    const level = levels.at(-1) ?? { query: false, tables: false }
    output.push(token)
    if (is(token, '(')) levels.push({ query: false, tables: false })
    else if (is(token, ')')) levels.pop()
    else if (is(token, 'SELECT', 'DELETE')) level.query = true
    else if (is(token, 'WHERE', 'GROUP', 'ORDER', 'HAVING', 'UNION', 'SET', 'ON', 'LIMIT')) level.tables = false

    const lists = is(token, 'FROM') && level.query
    if (lists || is(token, 'JOIN')) level.tables = true
    const inQuery = lists || is(token, 'JOIN') || (is(token, ',') && level.tables) || (is(token, 'UPDATE') && at === 0)
    if (!inQuery && !namesTable(tokens, at)) continue

    const name = tableNameAt(tokens, at + 1)
    if (!name) continue
    at += name.length
    if (name.schema === undefined && temporary.has(name.table.toUpperCase())) {
      output.push(quote(name.table))
      continue
    }
    output.push(quote(`${name.schema ?? DEFAULT_SCHEMA}.${name.table}`))
    const next = tokens[at + 1]
    const aliased = next && (next.kind === 'quoted' || (next.kind === 'word' && !NO_ALIAS.has(next.text.toUpperCase())))
    if (inQuery && !aliased && !is(next, 'AS', '(')) output.push({ ...symbol('AS'), kind: 'word' }, quote(name.table))
  }
  return shortenColumns(output)
}

/** Whether the token at `at` is one after which a table is named outside a query's list of tables. */
function namesTable(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at]
  if (is(token, 'INTO', 'REFERENCES')) return true
  if (is(token, 'TABLE', 'VIEW')) return !is(tokens[at + 1], 'IF')
  if (is(token, 'EXISTS')) return is(tokens[0], 'CREATE', 'DROP') && is(tokens[1], 'TABLE', 'VIEW') && at <= 4
  if (is(tokens[1], 'TRIGGER')) return is(token, 'ON') && at <= 5
  return is(token, 'ON') && is(tokens[0], 'CREATE') && at <= 4 && !is(tokens[at + 1], 'TABLE')
}

function tableNameAt(
  tokens: readonly Token[],
  at: number,
): { schema: string | undefined; table: string; length: number } | undefined {
  const first = tokens[at]
  if (!first || (first.kind !== 'word' && first.kind !== 'quoted') || is(first, 'SELECT')) return undefined
  const second = tokens[at + 2]
  if (is(tokens[at + 1], '.') && second) return { schema: nameOf(first), table: nameOf(second), length: 3 }
  return { schema: undefined, table: nameOf(first), length: 1 }
}

/** `schema.table.column` becomes `table.column`. */
function shortenColumns(tokens: readonly Token[]): Token[] {
  const output: Token[] = []
  for (let at = 0; at < tokens.length; at++) {
    const [first, dot, second, dot2, third] = tokens.slice(at, at + 5)
    const named = [first, second, third].every((one) => one && (one.kind === 'word' || one.kind === 'quoted'))
    if (first && second && named && is(dot, '.') && is(dot2, '.')) {
      output.push({ ...second, gap: first.gap })
      at += 2
    } else if (first) output.push(first)
  }
  return output
}

/** The names that `WITH name AS (…)` gives. */
function commonTableNames(tokens: readonly Token[]): Set<string> {
  const names = new Set<string>()
  if (!is(tokens[0], 'WITH')) return names
  tokens.forEach((token, at) => {
    if (is(tokens[at + 1], 'AS') && is(tokens[at + 2], '(')) names.add(nameOf(token).toUpperCase())
  })
  return names
}
