import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { Instance } from '../instance/instance.ts'
import type { User } from '../security/users.ts'
import { createCatalog, refreshUsers } from './catalog.ts'
import { columnNames, type ResultColumn } from './column-names.ts'
import { runDatabaseStatement } from './database-statement.ts'
import { SqlError, toSqlError } from './sql-error.ts'
import { type Translation, translate } from './translate.ts'

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
export function runQuery(instance: Instance, { namespace, user, sql, parameters, max }: Query): Row[] {
  if (runDatabaseStatement(instance, namespace, user, sql)) return []
  const database = instance.namespaces.database(namespace)
  try {
    const translated = translate(sql)
    if (/^(COMMIT|ROLLBACK)\b/i.test(translated.sql)) return []
    createCatalog(database)
    if (namespace === '%SYS') refreshUsers(database, instance.users.list())
    return readRows(database, translated, bind(parameters), max)
  } catch (error) {
    throw toSqlError(error, sql)
  } finally {
    if (database.isTransaction) database.exec('ROLLBACK')
  }
}

function readRows(
  database: DatabaseSync,
  { sql, parameters: wanted }: Translation,
  parameters: SQLInputValue[],
  max: number,
): Row[] {
  const statement = prepare(database, sql)
  const columns = statement.columns() as ResultColumn[]
  if (parameters.length < wanted) {
    throw new SqlError(-400, `Fatal error occurred: ${wanted} parameters expected, ${parameters.length} given`)
  }
  const given = parameters.slice(0, wanted)
  if (columns.length === 0) {
    statement.run(...given)
    return []
  }
  const names = columnNames(columns)
  statement.setReturnArrays(true)
  const rows: Row[] = []
  for (const values of statement.iterate(...given) as Iterable<unknown>) {
    if (rows.length >= max) break
    rows.push(
      Object.fromEntries((values as unknown[]).map((value, at) => [names[at] ?? `Column_${at + 1}`, value ?? ''])),
    )
  }
  return rows
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

/** JSON's values as SQLite's: there is no boolean, and an empty string isn't null here. */
function bind(parameters: readonly unknown[]): SQLInputValue[] {
  return parameters.map((value) => {
    if (value === null || value === undefined) return null
    if (typeof value === 'boolean') return Number(value)
    if (typeof value === 'number') return Number.isInteger(value) && Number.isSafeInteger(value) ? BigInt(value) : value
    return typeof value === 'string' ? value : JSON.stringify(value)
  })
}
