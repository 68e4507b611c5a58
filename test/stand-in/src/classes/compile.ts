import type { DatabaseSync } from 'node:sqlite'
import { translate } from '../sql/translate.ts'
import { type ClassText, parseClass } from './class-text.ts'
import { Documents } from './documents.ts'

export interface Compilation {
  /** What the compiler says while it works. */
  readonly console: string[]
  readonly errors: string[]
}

const SQL_TYPES: Readonly<Record<string, string>> = {
  '%Integer': 'INTEGER',
  '%BigInt': 'BIGINT',
  '%SmallInt': 'SMALLINT',
  '%Boolean': 'BIT',
  '%Numeric': 'NUMERIC',
  '%Decimal': 'DECIMAL',
  '%Double': 'DOUBLE',
  '%Float': 'DOUBLE',
  '%Date': 'DATE',
  '%Time': 'TIME',
  '%TimeStamp': 'TIMESTAMP',
  '%PosixTime': 'TIMESTAMP',
}

/** Compiles stored classes: finds what is obviously wrong, and gives a persistent class its table. */
export function compile(database: DatabaseSync, names: readonly string[], flags: string): Compilation {
  const documents = new Documents(database)
  const errors: string[] = []
  const time = new Date().toISOString().slice(0, 19).replace('T', ' ')
  const console = ['', `Compilation started on ${time} with qualifiers '${flags}'`]
  for (const name of names) {
    const document = documents.get(name)
    if (!document) {
      errors.push(`ERROR #5351: Class '${name.replace(/\.cls$/i, '')}' does not exist`)
      continue
    }
    if (!/\.cls$/i.test(name)) {
      console.push(`Compiling routine : ${name}`)
      documents.put(name, document.lines, true)
      continue
    }
    const parsed = parseClass(name, document.lines)
    console.push(`Compiling class ${parsed.name}`)
    errors.push(...parsed.errors)
    if (parsed.errors.length > 0) continue
    documents.put(name, document.lines, true)
    if (parsed.superclasses.includes('%Persistent') || parsed.superclasses.includes('%Library.Persistent')) {
      projectTable(database, parsed)
    }
    console.push(`Compiling routine ${parsed.name}.1`)
  }
  console.push(...errors)
  console.push(
    errors.length === 0
      ? 'Compilation finished successfully in 0.010s.'
      : `Detected ${errors.length} errors during compilation in 0.010s.`,
  )
  return { console, errors }
}

/** A persistent class is a table too; one that is compiled again gains the columns it lacks. */
function projectTable(database: DatabaseSync, { name, properties }: ClassText): void {
  const dot = name.lastIndexOf('.')
  const schema = dot === -1 || name.startsWith('User.') ? 'SQLUser' : name.slice(0, dot).replaceAll('.', '_')
  const table = `${schema}.${name.slice(dot + 1)}`
  const columns = Object.entries(properties).map(([property, type]) => `${property} ${SQL_TYPES[type] ?? 'VARCHAR'}`)
  database.exec(translate(`CREATE TABLE IF NOT EXISTS ${table} (${['ID IDENTITY', ...columns].join(', ')})`).sql)
  const present = new Set(
    database
      .prepare('SELECT lower(name) AS name FROM pragma_table_info(?)')
      .all(table)
      .map((row) => row.name),
  )
  for (const [property, type] of Object.entries(properties)) {
    if (!present.has(property.toLowerCase())) {
      database.exec(`ALTER TABLE "${table}" ADD COLUMN ${property} ${SQL_TYPES[type] ?? 'VARCHAR COLLATE NOCASE'}`)
    }
  }
}
