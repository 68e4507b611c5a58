import { ZVERSION } from '../instance/version.ts'
import { translateCreateTable } from './create-table.ts'
import { SqlError } from './sql-error.ts'
import { resolveTableNames } from './table-names.ts'
import { is, join, nameOf, symbol, type Token, tokenize } from './tokens.ts'

const STATEMENTS = [
  'SELECT',
  'WITH',
  'INSERT',
  'UPDATE',
  'DELETE',
  'CREATE',
  'ALTER',
  'DROP',
  'TRUNCATE',
  'COMMIT',
  'ROLLBACK',
  'SAVEPOINT',
]
/** Words that SQLite would accept and IRIS doesn't know. */
const FOREIGN = ['RETURNING', 'CONFLICT', 'PRAGMA', 'AUTOINCREMENT', 'SQLITE_MASTER', 'SQLITE_SCHEMA', ';']

export interface Translation {
  readonly sql: string
  /** The statement's own words about how it is to be done. */
  readonly how: Execution
  /** How many values the statement needs. */
  readonly parameters: number
}

/** What `%NOCHECK`, `%NOTRIGGER` and `TRUNCATE` ask for. */
export interface Execution {
  /** Foreign keys are not looked at. */
  readonly unchecked: boolean
  /** No trigger is pulled. */
  readonly untriggered: boolean
  /** The table whose counters begin anew. */
  readonly truncated: string | undefined
}

/**
 * Translates a statement of the small common part of IRIS's SQL that the README names into SQLite's.
 *
 * @throws SqlError -51 for what is no statement, -25 for words that IRIS has no use for.
 */
export function translate(sql: string): Translation {
  const { tokens, restrictions } = withoutRestrictions(tokenize(sql))
  const first = tokens[0]
  if (!first) throw new SqlError(-1, 'Invalid SQL statement: it is empty')
  if (is(first, 'START') && is(tokens[1], 'TRANSACTION')) return { sql: 'BEGIN', parameters: 0, how: PLAIN }
  if (!is(first, ...STATEMENTS))
    throw new SqlError(-51, `An SQL statement expected, ${first.text} found^ ${first.text}`)
  const foreign = tokens.find((token) => is(token, ...FOREIGN))
  if (foreign) throw new SqlError(-25, `Input (${foreign.text}) encountered after end of query^ ${sql}`)
  const translated = resolveTableNames(numberParameters(translateStatement(tokens)).map(replaceWord))
  const truncates = is(first, 'TRUNCATE')
  const name = truncates && translated[2] ? nameOf(translated[2]) : undefined
  const how = {
    unchecked: restrictions.has('%NOCHECK'),
    untriggered: truncates || restrictions.has('%NOTRIGGER'),
    truncated: name,
  }
  return { sql: join(translated), parameters: tokens.filter((token) => token.kind === 'parameter').length, how }
}

const PLAIN: Execution = { unchecked: false, untriggered: false, truncated: undefined }

/** `%NOCHECK` and its like stand behind the verb, or behind `TRUNCATE TABLE`. */
function withoutRestrictions(tokens: readonly Token[]): { tokens: Token[]; restrictions: Set<string> } {
  const restrictions = new Set<string>()
  const start = is(tokens[0], 'TRUNCATE') ? 2 : 1
  let at = start
  while (is(tokens[0], 'INSERT', 'DELETE', 'UPDATE', 'TRUNCATE') && /^%NO[A-Z]+$/i.test(tokens[at]?.text ?? '')) {
    restrictions.add((tokens[at] as Token).text.toUpperCase())
    at++
  }
  return { tokens: [...tokens.slice(0, start), ...tokens.slice(at)], restrictions }
}

function translateStatement(tokens: Token[]): Token[] {
  const [first, second] = tokens
  if (is(first, 'TRUNCATE') && is(second, 'TABLE')) return [...tokenize('DELETE FROM'), ...tokens.slice(2)]
  const isCopy = tokens.some((token, at) => is(token, 'AS') && is(tokens[at + 1], 'SELECT'))
  if (is(first, 'CREATE') && is(second, 'TABLE') && !isCopy) return translateCreateTable(tokens)
  if (is(first, 'CREATE') && is(second, 'TRIGGER')) return translateTrigger(tokens)
  if (is(first, 'CREATE') && tokens.some((token) => is(token, 'INDEX'))) {
    return tokens.filter((token) => !is(token, 'TABLE', 'BITMAP', 'BITSLICE'))
  }
  if (is(first, 'DROP')) return tokens.filter((token) => !is(token, 'CASCADE', 'RESTRICT', '%DELDATA', '%NODELDATA'))
  if (is(first, 'INSERT') && is(second, 'OR') && is(tokens[2], 'UPDATE')) {
    return [...tokenize('INSERT OR REPLACE'), ...tokens.slice(3)]
  }
  return replaceCalls(moveTop(numberParameters(tokens)))
}

/** `CREATE TRIGGER name AFTER INSERT ON table INSERT INTO …`: one statement, without the row that pulled it. */
function translateTrigger(tokens: readonly Token[]): Token[] {
  const on = tokens.findIndex((token) => is(token, 'ON'))
  const action = tokens.findIndex((token, at) => at > on && is(token, 'INSERT', 'UPDATE', 'DELETE'))
  if (on === -1 || action === -1) return [...tokens]
  const head = tokens.slice(0, action).filter((token) => !is(token, 'LANGUAGE', 'SQL'))
  return [...head, ...tokenize(' BEGIN '), ...tokens.slice(action), symbol(';'), symbol('END')]
}

/** `SELECT TOP n …` becomes `SELECT … LIMIT n`, at the end of the same query. */
function moveTop(tokens: readonly Token[]): Token[] {
  const output: Token[] = []
  const limits: (Token | undefined)[] = [undefined]
  const finish = (): void => {
    const limit = limits.pop()
    if (limit) output.push(symbol('LIMIT'), { ...limit, gap: true })
  }
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] as Token
    if (is(token, '(')) limits.push(undefined)
    if (is(token, ')')) finish()
    if (is(token, 'TOP') && is(tokens[at - 1], 'SELECT', 'DISTINCT', 'ALL')) {
      const bracketed = is(tokens[at + 1], '(')
      const limit = tokens[at + (bracketed ? 2 : 1)]
      if (limit && !is(limit, 'ALL')) limits[limits.length - 1] = limit
      at += bracketed ? 3 : 1
      continue
    }
    output.push(token)
  }
  finish()
  return output
}

/** Parameters get numbers before anything moves. */
function numberParameters(tokens: readonly Token[]): Token[] {
  let number = 0
  return tokens.map((token) =>
    token.text === '?' && token.kind === 'parameter' ? { ...token, text: `?${++number}` } : token,
  )
}

/** `NOW()` and its like; `a %STARTSWITH b`. */
function replaceCalls(tokens: readonly Token[]): Token[] {
  const output: Token[] = []
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] as Token
    if (is(token, 'NOW', 'GETDATE', 'CURDATE') && is(tokens[at + 1], '(') && is(tokens[at + 2], ')')) {
      output.push({ ...token, text: is(token, 'CURDATE') ? 'CURRENT_DATE' : 'CURRENT_TIMESTAMP' })
      at += 2
    } else if (is(token, 'CHARACTER_LENGTH', 'CHAR_LENGTH') && is(tokens[at + 1], '(')) {
      output.push({ ...token, text: 'LENGTH' })
    } else if (
      is(token, 'CAST') &&
      is(tokens[at + 1], '(') &&
      is(tokens[at + 4], 'DATE', 'TIME') &&
      is(tokens[at + 5], ')')
    ) {
      // Dates and times are texts here.
      output.push({ ...(tokens[at + 2] as Token), gap: true })
      at += 5
    } else if (is(token, '%STARTSWITH') && tokens[at + 1]) {
      output.push(...tokenize(' LIKE '), { ...(tokens[at + 1] as Token), gap: true }, ...tokenize(` || '%'`))
      at += 1
    } else output.push(token)
  }
  return output
}

function replaceWord(token: Token): Token {
  if (is(token, '$ZVERSION', '$ZV')) return { kind: 'string', text: `'${ZVERSION}'`, gap: token.gap }
  return is(token, '%ID') ? { ...token, text: 'rowid' } : token
}
