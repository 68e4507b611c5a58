import type { DatabaseSync } from 'node:sqlite'
import type { User } from '../security/users.ts'

/** Shows what there is under the names IRIS has for it: `INFORMATION_SCHEMA.TABLES`. */
export function createCatalog(database: DatabaseSync): void {
  database.exec(`CREATE TEMP VIEW IF NOT EXISTS "INFORMATION_SCHEMA.TABLES" AS
    SELECT substr(name, 1, instr(name, '.') - 1) COLLATE NOCASE AS TABLE_SCHEMA,
           substr(name, instr(name, '.') + 1) COLLATE NOCASE AS TABLE_NAME,
           CASE type WHEN 'view' THEN 'VIEW' ELSE 'BASE TABLE' END AS TABLE_TYPE
    FROM main.sqlite_master WHERE type IN ('table', 'view') AND name LIKE '%.%' AND name NOT LIKE 'StandIn.%'`)
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
