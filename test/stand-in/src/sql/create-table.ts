import { is, nameOf, quote, symbol, type Token, tokenize } from './tokens.ts'

const IDENTITY = ['IDENTITY', 'AUTO_INCREMENT', 'SERIAL', 'BIGSERIAL', 'SMALLSERIAL']
const TEXT = ['VARCHAR', 'CHAR', 'CHARACTER', 'NVARCHAR', 'LONGVARCHAR', 'TEXT', 'CLOB']
const BINARY = ['LONGVARBINARY', 'VARBINARY', 'BINARY', 'BLOB', 'IMAGE']
const NUMBERS = [
  'INTEGER',
  'INT',
  'BIGINT',
  'SMALLINT',
  'TINYINT',
  'BIT',
  'NUMERIC',
  'DECIMAL',
  'DOUBLE',
  'FLOAT',
  'REAL',
  'MONEY',
]

/** Translates the columns of `CREATE TABLE`: identity, lengths, types and case-insensitive texts as IRIS has them. */
export function translateCreateTable(tokens: readonly Token[]): Token[] {
  const open = tokens.findIndex((token) => is(token, '('))
  const close = matchingParenthesis(tokens, open)
  if (open === -1 || close === -1) return [...tokens]
  const definitions = splitAtCommas(tokens.slice(open + 1, close))
  const identity = definitions.some((definition) => definition.some((token) => is(token, ...IDENTITY)))
  const columns = definitions.map((definition) =>
    is(definition[0], 'CONSTRAINT', 'PRIMARY', 'UNIQUE', 'FOREIGN', 'CHECK')
      ? tableConstraint(definition, identity)
      : column(definition, identity),
  )
  const separated = columns.flatMap((definition, at) => (at === 0 ? definition : [symbol(','), ...definition]))
  // What follows the columns, such as WITH %CLASSPARAMETER, is about storage.
  return [...tokens.slice(0, open + 1), ...separated, symbol(')')]
}

/** SQLite allows one primary key, and an identity column has to be it. */
function tableConstraint(definition: readonly Token[], identity: boolean): Token[] {
  if (!identity) return [...definition]
  return definition
    .filter((token, at) => !(is(token, 'KEY') && is(definition[at - 1], 'PRIMARY')))
    .map((token) => (is(token, 'PRIMARY') ? symbol('UNIQUE') : token))
}

function column(definition: readonly Token[], identity: boolean): Token[] {
  const [name, type, ...rest] = definition
  if (!name || !type) return [...definition]
  if (definition.some((token) => is(token, ...IDENTITY)))
    return [name, ...tokenize(' INTEGER PRIMARY KEY AUTOINCREMENT')]
  const key = rest.findIndex((token, at) => is(token, 'PRIMARY') && is(rest[at + 1], 'KEY'))
  const constraints = key === -1 ? rest : keyColumn(rest, key, identity)
  // INTEGER PRIMARY KEY would number the rows by itself, which IRIS does for an identity alone.
  const named = is(type, 'INTEGER') && key !== -1 ? { ...type, text: 'INT' } : type
  // By any other name SQLite would take a text of digits for a number.
  const exact = is(type, ...BINARY) ? { ...type, text: 'BLOB' } : named
  return [name, exact, ...constraints, ...valueChecks(name, type, rest)]
}

function keyColumn(rest: readonly Token[], key: number, identity: boolean): Token[] {
  const kind = identity ? 'UNIQUE' : 'PRIMARY KEY'
  const others = [...rest.slice(0, key), ...rest.slice(key + 2)]
  const required = others.some((token, at) => is(token, 'NOT') && is(others[at + 1], 'NULL'))
  return [...others, ...tokenize(required ? ` ${kind}` : ` NOT NULL ${kind}`)]
}

function valueChecks(name: Token, type: Token, rest: readonly Token[]): Token[] {
  const field = quote(nameOf(name)).text
  if (is(type, ...NUMBERS)) return tokenize(` CHECK (typeof(${field}) IN ('integer', 'real', 'null'))`)
  if (!is(type, ...TEXT)) return []
  const length = is(rest[0], '(') && rest[1]?.kind === 'number' ? rest[1].text : undefined
  return tokenize(length ? ` COLLATE NOCASE CHECK (length(${field}) <= ${length})` : ' COLLATE NOCASE')
}

function matchingParenthesis(tokens: readonly Token[], open: number): number {
  let depth = 0
  return tokens.findIndex((token, at) => {
    if (at < open) return false
    if (is(token, '(')) depth++
    if (is(token, ')')) depth--
    return depth === 0
  })
}

function splitAtCommas(tokens: readonly Token[]): Token[][] {
  const parts: Token[][] = [[]]
  let depth = 0
  for (const token of tokens) {
    if (is(token, '(')) depth++
    if (is(token, ')')) depth--
    if (depth === 0 && is(token, ',')) parts.push([])
    else parts.at(-1)?.push(token)
  }
  return parts
}
