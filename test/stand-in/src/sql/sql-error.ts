/** An SQL error in IRIS's terms. */
export class SqlError extends Error {
  override readonly name = 'SqlError'
  readonly sqlcode: number

  constructor(sqlcode: number, message: string, cause?: unknown) {
    super(message, { cause })
    this.sqlcode = sqlcode
  }
}

const BY_STATEMENT = {
  unique: { INSERT: -119, UPDATE: -120 },
  foreignKey: { INSERT: -121, UPDATE: -122, DELETE: -124, TRUNCATE: -124 },
  check: { INSERT: -104, UPDATE: -105 },
} as const

/** Puts what SQLite says into IRIS's codes and words. */
export function toSqlError(error: unknown, sql: string): SqlError {
  if (error instanceof SqlError) return error
  const said = error instanceof Error ? error.message : String(error)
  const verb = /^\s*(\w+)/.exec(sql)?.[1]?.toUpperCase() ?? ''
  const code = (codes: Readonly<Record<string, number>>): number => codes[verb] ?? codes.INSERT ?? -400
  const part = (pattern: RegExp): string | undefined => pattern.exec(said)?.[1]
  const [table, field] = (part(/constraint failed: (.+)$/) ?? '').split(/\.(?=[^.]+$)/)

  const missingTable = part(/no such table: (?:main\.)?(.+)$/)
  if (missingTable) return new SqlError(-30, `Table '${missingTable.toUpperCase()}' not found`, error)
  const missingField = part(/no such column: (.+)$/) ?? part(/has no column named (.+)$/)
  if (missingField) {
    const name = missingField.split('.').at(-1)?.replaceAll('"', '').toUpperCase()
    return new SqlError(-29, `Field '${name}' not found in the applicable tables^ ${sql}`, error)
  }
  const ambiguous = part(/ambiguous column name: (.+)$/)
  if (ambiguous) {
    return new SqlError(
      -27,
      `Field '${ambiguous.toUpperCase()}' is ambiguous among the applicable tables^ ${sql}`,
      error,
    )
  }
  const existing = part(/(?:table|view|index) "?([^"]+)"? already exists/)
  if (existing) return new SqlError(-201, `Table or view name not unique: '${existing}' already exists`, error)
  const unknownFunction = part(/no such function: (.+)$/)
  if (unknownFunction) {
    const name = unknownFunction.toUpperCase()
    return new SqlError(-359, `User defined SQL function 'SQLUSER.${name}' does not exist`, error)
  }
  if (/database is locked|database table is locked/.test(said)) {
    return new SqlError(-110, `Unable to acquire lock for ${verb}: another process has an open transaction`, error)
  }
  if (said.startsWith('UNIQUE constraint failed')) {
    return new SqlError(
      code(BY_STATEMENT.unique),
      `UNIQUE or PRIMARY KEY constraint failed uniqueness check: ${table}.${field}`,
      error,
    )
  }
  if (said.startsWith('NOT NULL constraint failed')) {
    return new SqlError(-108, `'${field}' in table '${table}' is a required field; INSERT or UPDATE not allowed`, error)
  }
  if (said.startsWith('FOREIGN KEY constraint failed')) {
    return new SqlError(code(BY_STATEMENT.foreignKey), 'FOREIGN KEY constraint failed referential check', error)
  }
  if (said.startsWith('CHECK constraint failed')) {
    return new SqlError(code(BY_STATEMENT.check), `Field validation failed: ${table}`, error)
  }
  if (/\d+ values for \d+ columns/.test(said)) {
    return new SqlError(-62, 'The number of values does not match the number of fields', error)
  }
  if (/syntax error|incomplete input|unrecognized token|no tables specified/.test(said)) {
    return new SqlError(-1, `Invalid SQL statement: ${said}^ ${sql}`, error)
  }
  return new SqlError(-400, `Fatal error occurred: ${said}`, error)
}
