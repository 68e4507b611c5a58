import type { DatabaseSync } from 'node:sqlite'
import type { User } from '../security/users.ts'

/**
 * Shows what there is under the names IRIS has for it, as far as the product asks: `INFORMATION_SCHEMA.TABLES`, `COLUMNS`
 * and `REFERENTIAL_CONSTRAINTS`.
 *
 * @see https://docs.intersystems.com/irislatest/csp/documatic/%25CSP.Documatic.cls?LIBRARY=%25SYS&PACKAGE=1&CLASSNAME=INFORMATION.SCHEMA
 * @see https://github.com/caretdev/sqlalchemy-iris/blob/main/sqlalchemy_iris/information_schema.py for the columns' names
 */
export function createCatalog(database: DatabaseSync): void {
  const schema = (name: string) => `substr(${name}, 1, instr(${name}, '.') - 1) COLLATE NOCASE`
  const table = (name: string) => `substr(${name}, instr(${name}, '.') + 1) COLLATE NOCASE`
  const ours = "m.name LIKE '%.%' AND m.name NOT LIKE 'StandIn.%'"
  database.exec(`
    CREATE TEMP VIEW IF NOT EXISTS "INFORMATION_SCHEMA.TABLES" AS
    SELECT ${schema('m.name')} AS TABLE_SCHEMA, ${table('m.name')} AS TABLE_NAME,
           CASE m.type WHEN 'view' THEN 'VIEW' ELSE 'BASE TABLE' END AS TABLE_TYPE
    FROM main.sqlite_master m WHERE m.type IN ('table', 'view') AND ${ours};
    CREATE TEMP VIEW IF NOT EXISTS "INFORMATION_SCHEMA.COLUMNS" AS
    SELECT ${schema('m.name')} AS TABLE_SCHEMA, ${table('m.name')} AS TABLE_NAME,
           c.name COLLATE NOCASE AS COLUMN_NAME, c.cid + 1 AS ORDINAL_POSITION,
           CASE c."notnull" WHEN 1 THEN 'NO' ELSE 'YES' END AS IS_NULLABLE, lower(c.type) AS DATA_TYPE,
           CASE WHEN c.pk = 1 AND m.sql LIKE '%AUTOINCREMENT%' THEN 'YES' ELSE 'NO' END AS IS_IDENTITY,
           CASE WHEN c.hidden > 1 THEN 'YES' ELSE 'NO' END AS IS_GENERATED
    FROM main.sqlite_master m, pragma_table_xinfo(m.name) c WHERE m.type IN ('table', 'view') AND ${ours};
    CREATE TEMP VIEW IF NOT EXISTS "INFORMATION_SCHEMA.REFERENTIAL_CONSTRAINTS" AS
    SELECT DISTINCT ${schema('m.name')} AS CONSTRAINT_SCHEMA, ${table('m.name')} AS CONSTRAINT_TABLE_NAME,
           'FKey' || (f.id + 1) AS CONSTRAINT_NAME, ${schema('f."table"')} AS UNIQUE_CONSTRAINT_SCHEMA,
           ${table('f."table"')} AS UNIQUE_CONSTRAINT_TABLE, f.on_delete AS DELETE_RULE
    FROM main.sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table' AND ${ours}`)
}

/** Shows the accounts as `Security.Users`, as `%SYS` does. */
export function refreshUsers(database: DatabaseSync, users: readonly User[]): void {
  database.exec(`CREATE TEMP TABLE IF NOT EXISTS "Security.Users" (
    Name TEXT COLLATE NOCASE, Enabled INTEGER, Roles TEXT, ChangePassword INTEGER, PasswordNeverExpires INTEGER, NameSpace TEXT);
    DELETE FROM "Security.Users"`)
  const insert = database.prepare('INSERT INTO "Security.Users" VALUES (?, ?, ?, ?, ?, ?)')
  for (const user of users) {
    const { name, enabled, roles, changePassword, passwordNeverExpires, namespace } = user
    insert.run(name, Number(enabled), roles, Number(changePassword), Number(passwordNeverExpires), namespace)
  }
}
