import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { Instance } from '../instance/instance.ts'
import type { User } from '../security/users.ts'
import { runBatchCall } from './batch-calls.ts'
import { createCatalog, refreshUsers } from './catalog.ts'
import { columnNames, type ResultColumn } from './column-names.ts'
import { runDatabaseStatement } from './database-statement.ts'
import { SqlError, toSqlError } from './sql-error.ts'
import { type Execution, type Translation, translate } from './translate.ts'

export type Row = Record<string, unknown>

export interface Query {
  readonly namespace: string
  readonly user: User
  readonly sql: string
  readonly parameters: readonly unknown[]
  /** How many rows to give at most. */
  readonly max: number
}

/**
 * Runs one statement in a namespace and gives its rows. Each statement stands alone: a transaction left open is rolled
 * back, since over HTTP the next one may run in another process.
 *
 * @throws SqlError
 */
export function runQuery(instance: Instance, query: Query): Row[] {
  const one = (sql: string) => runStatement(instance, { ...query, sql, parameters: [], max: Number.POSITIVE_INFINITY })
  return runBatchCall(instance, query, one) ?? runStatement(instance, query)
}

function runStatement(instance: Instance, { namespace, user, sql, parameters, max }: Query): Row[] {
  if (runDatabaseStatement(instance, namespace, user, sql)) return []
  const database = instance.namespaces.database(namespace)
  try {
    const translated = translate(sql)
    if (/^(COMMIT|ROLLBACK)\b/i.test(translated.sql)) return []
    createCatalog(database)
    if (namespace === '%SYS') refreshUsers(database, instance.users.list())
    refuseIdentity(database, translated.sql)
    refuseLocked(instance, translated.sql)
    return execute(database, translated.how, () => {
      const { names, rows } = readRows(database, translated, bind(parameters), max)
      return rows.map((values) => Object.fromEntries(values.map((value, at) => [names[at] as string, value])))
    })
  } catch (error) {
    throw toSqlError(error, sql)
  } finally {
    if (database.isTransaction) database.exec('ROLLBACK')
  }
}

/** What a session of IRIS tells of a statement. */
export interface SessionResult {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly unknown[])[]
  readonly rowCount: number
  readonly identity: number | ''
}

/**
 * Runs a statement of a session on the session's own connection, where a transaction stays open.
 *
 * @throws SqlError
 */
export function runInSession(
  instance: Instance,
  database: DatabaseSync,
  { sql, parameters, max }: Omit<Query, 'user'>,
): SessionResult {
  try {
    const translated = translate(sql)
    createCatalog(database)
    refuseIdentity(database, translated.sql)
    refuseLocked(instance, translated.sql)
    const statement = prepare(database, translated.sql)
    const columns = columnNames(statement.columns() as ResultColumn[])
    if (columns.length > 0) {
      const { rows } = readRows(database, translated, bind(parameters), max)
      return { columns, rows, rowCount: rows.length, identity: '' }
    }
    const { changes, lastInsertRowid } = statement.run(...bind(parameters).slice(0, translated.parameters))
    const isInsert = /^INSERT\b/i.test(translated.sql)
    const isChange = isInsert || /^(UPDATE|DELETE)\b/i.test(translated.sql)
    return {
      columns,
      rows: [],
      rowCount: isChange ? Number(changes) : 0,
      identity: isInsert ? Number(lastInsertRowid) : '',
    }
  } catch (error) {
    throw toSqlError(error, sql)
  }
}

/** Does a statement as its own words ask: without looking at foreign keys, without triggers, with counters that begin anew. */
function execute<T>(database: DatabaseSync, { unchecked, untriggered, truncated }: Execution, work: () => T): T {
  if (!unchecked && !untriggered) return work()
  const triggers = untriggered
    ? database.prepare("SELECT name, sql FROM main.sqlite_master WHERE type = 'trigger'").all()
    : []
  if (unchecked) database.exec('PRAGMA foreign_keys = OFF')
  database.exec('BEGIN')
  try {
    for (const { name } of triggers) database.exec(`DROP TRIGGER "${name}"`)
    const result = work()
    for (const { sql } of triggers) database.exec(String(sql))
    const hasCounters = database.prepare("SELECT 1 FROM main.sqlite_master WHERE name = 'sqlite_sequence'").get()
    if (truncated && hasCounters)
      database.prepare('DELETE FROM sqlite_sequence WHERE name = ? COLLATE NOCASE').run(truncated)
    database.exec('COMMIT')
    return result
  } finally {
    if (database.isTransaction) database.exec('ROLLBACK')
    if (unchecked) database.exec('PRAGMA foreign_keys = ON')
  }
}

/**
 * Stands for another process that holds a lock; IRIS gives up after ten seconds of waiting, this one at once.
 *
 * @throws SqlError -110
 */
function refuseLocked({ switches: { lockedTable } }: Instance, sql: string): void {
  const [, verb, table] = /^(INSERT|UPDATE|DELETE)\b(?:\s+OR\s+\w+)?(?:\s+(?:INTO|FROM))?\s+"([^"]+)"/i.exec(sql) ?? []
  if (lockedTable === undefined || table?.toUpperCase() !== lockedTable.toUpperCase()) return
  throw new SqlError(-110, `Unable to acquire lock for ${verb?.toUpperCase()} of table '${table}'`)
}

/**
 * An identity is never the user's to give.
 *
 * @throws SqlError -111
 * @see https://docs.intersystems.com/irislatest/csp/docbook/DocBook.UI.Page.cls?KEY=RSQL_createtable_idfield
 */
function refuseIdentity(database: DatabaseSync, sql: string): void {
  const [, table, list] = /^INSERT\b.*?\bINTO\s+"([^"]+)"\s*\(([^)]*)\)/is.exec(sql) ?? []
  if (table === undefined || list === undefined) return
  const [row] = database
    .prepare(
      "SELECT c.name FROM main.sqlite_master m, pragma_table_info(m.name) c WHERE m.name = ? COLLATE NOCASE AND c.pk = 1 AND m.sql LIKE '%AUTOINCREMENT%'",
    )
    .all(table)
  const given = list.split(',').map((name) => name.trim().replaceAll('"', '').toLowerCase())
  if (row && given.includes(String(row.name).toLowerCase())) {
    throw new SqlError(-111, `Field '${table}.${row.name}' may not be inserted into: it is the identity`)
  }
}

function readRows(
  database: DatabaseSync,
  { sql, parameters: wanted }: Translation,
  parameters: SQLInputValue[],
  max: number,
): { readonly names: readonly string[]; readonly rows: readonly (readonly unknown[])[] } {
  const statement = prepare(database, sql)
  const columns = statement.columns() as ResultColumn[]
  if (parameters.length < wanted) {
    throw new SqlError(-400, `Fatal error occurred: ${wanted} parameters expected, ${parameters.length} given`)
  }
  const given = parameters.slice(0, wanted)
  if (columns.length === 0) {
    statement.run(...given)
    return { names: [], rows: [] }
  }
  const names = columnNames(columns)
  statement.setReturnArrays(true)
  statement.setReadBigInts(true)
  const rows: unknown[][] = []
  for (const values of statement.iterate(...given) as Iterable<unknown>) {
    if (rows.length >= max) break
    rows.push((values as unknown[]).map(logical))
  }
  return { names: columns.map((_, at) => names[at] ?? `Column_${at + 1}`), rows }
}

/** SQL's empty text, as ObjectScript has it; its null is ObjectScript's empty text. */
const EMPTY_TEXT = '\u0000'

/** A value as ObjectScript has it, and with it JSON. */
function logical(value: unknown): unknown {
  if (value === null) return ''
  if (value === '') return EMPTY_TEXT
  if (typeof value !== 'bigint') return value
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : (JSON as typeof JSON & RawJson).rawJSON(value.toString())
}

/** Node has it; the types of this version don't. */
interface RawJson {
  rawJSON(text: string): unknown
}

/** Every IRIS table has an ID, also one that doesn't declare it. */
function prepare(database: DatabaseSync, sql: string): StatementSync {
  try {
    return database.prepare(sql)
  } catch (error) {
    if (!(error instanceof Error) || !/no such column: (\S+\.)?"?ID"?$/i.test(error.message)) throw error
    return database.prepare(sql.replace(/(?<![\w"'])ID(?![\w"'])/gi, 'rowid'))
  }
}

/** JSON's values as SQLite's: there is no boolean, and ObjectScript's empty text is null. */
function bind(parameters: readonly unknown[]): SQLInputValue[] {
  return parameters.map((value) => {
    if (value === null || value === undefined) return null
    if (typeof value === 'boolean') return Number(value)
    if (typeof value === 'number') return Number.isInteger(value) && Number.isSafeInteger(value) ? BigInt(value) : value
    if (value === '') return null
    return typeof value === 'string' ? value.replace(/^\0$/, '') : JSON.stringify(value)
  })
}
