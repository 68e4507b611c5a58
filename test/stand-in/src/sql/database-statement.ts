import type { Instance } from '../instance/instance.ts'
import type { User } from '../security/users.ts'
import { SqlError } from './sql-error.ts'

/**
 * Runs `CREATE DATABASE` and `DROP DATABASE`, which make and remove namespaces; says whether `sql` was one of them.
 *
 * @throws SqlError -99, -340, -341, -343 or -344.
 */
export function runDatabaseStatement(instance: Instance, namespace: string, user: User, sql: string): boolean {
  const [, verb, ifExists, name, directory] =
    /^\s*(CREATE|DROP)\s+DATABASE\s+(IF\s+EXISTS\s+)?("[^"]*"|\S+)(?:\s+ON\s+DIRECTORY\s+'([^']+)'|\s+RETAIN_FILES)?\s*$/i.exec(
      sql,
    ) ?? []
  if (!verb || !name) return false
  if (!/(^|[,:])%(All|Manager)($|[,:])/i.test(user.roles)) {
    throw new SqlError(-99, `User ${user.name} is not privileged for the operation`)
  }
  const plain = name.replace(/^"|"$/g, '')
  if (!/^[^_@#$\s\-"'.;][^@#$\s\-"'.;]{0,62}$/.test(plain))
    throw new SqlError(-343, `Invalid database name: '${plain}'`)
  const exists = instance.namespaces.has(plain)
  if (verb.toUpperCase() === 'CREATE') {
    if (exists) throw new SqlError(-341, `Database (namespace) not unique: '${plain}'`)
    instance.namespaces.create(plain, directory)
  } else {
    if (plain.toUpperCase() === namespace.toUpperCase()) {
      throw new SqlError(-344, `Cannot drop '${plain}': it is the current namespace`)
    }
    if (!exists && !ifExists) throw new SqlError(-340, `Database (namespace) not found: '${plain}'`)
    instance.namespaces.drop(plain)
  }
  instance.save()
  return true
}
