import type { Reference } from './reset-order.ts'
import type { SqlRow } from './sql-result.ts'

/**
 * Runs a statement about data, which may take its time.
 *
 * @param options.once whether a query changes something, so that it must not be sent again when the connection breaks.
 */
export type RunData = (
  query: string,
  parameters?: readonly unknown[],
  options?: { readonly once: boolean },
) => Promise<SqlRow[]>

/** A table or view of the user's. */
export interface NamedTable {
  readonly schema: string
  readonly name: string
}

/** Where what set-up has loaded is kept. */
export const OWN_SCHEMA = 'IrisDevtester'

/** What belongs to IRIS itself or its interoperability: percent packages, the catalogue, `Ens…`, `HS…`; and our own. */
const SYSTEM_SCHEMA = /^(%|INFORMATION_SCHEMA$|Ens(_|Lib|Portal|$)|EnsLib|HS(_|$)|HSMOD|IrisDevtester$)/i

/**
 * The user's tables and views.
 *
 * @see https://docs.intersystems.com/irislatest/csp/docbook/DocBook.UI.Page.cls?KEY=GSQL_tables#GSQL_tables_infoschema
 */
export async function readTables(run: RunData): Promise<PresentTables> {
  const rows = await run(TABLES_QUERY)
  return presentTables(rows.map(({ TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE }) => [TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE]))
}

/** The user's tables and views. */
export interface PresentTables {
  readonly tables: readonly NamedTable[]
  readonly views: readonly NamedTable[]
}

/** What {@link presentTables} wants the rows of. */
export const TABLES_QUERY = 'SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE FROM INFORMATION_SCHEMA.TABLES'

/** @param rows schema, name and type of each table and view, also of those of IRIS itself. */
export function presentTables(rows: readonly (readonly unknown[])[]): PresentTables {
  const own = rows.filter(([schema]) => !SYSTEM_SCHEMA.test(String(schema)))
  const ofType = (wanted: string) =>
    own
      .filter(([, , type]) => type === wanted)
      .map(([schema, name]) => ({ schema: String(schema), name: String(name) }))
  return { tables: ofType('BASE TABLE'), views: ofType('VIEW') }
}

/** Which table refers to which, by the keys of {@link keyOf}. */
export async function readReferences(run: RunData): Promise<Reference[]> {
  const rows = await run(
    'SELECT CONSTRAINT_SCHEMA, CONSTRAINT_TABLE_NAME, UNIQUE_CONSTRAINT_SCHEMA, UNIQUE_CONSTRAINT_TABLE FROM INFORMATION_SCHEMA.REFERENTIAL_CONSTRAINTS',
  )
  return rows.map((row) => ({
    from: keyOf({ schema: String(row.CONSTRAINT_SCHEMA), name: String(row.CONSTRAINT_TABLE_NAME) }),
    to: keyOf({ schema: String(row.UNIQUE_CONSTRAINT_SCHEMA), name: String(row.UNIQUE_CONSTRAINT_TABLE) }),
  }))
}

/**
 * The columns whose values are the user's, by the key of their table: not the identity, which a row gets, and not what is
 * computed.
 */
export async function readColumns(run: RunData): Promise<Map<string, string[]>> {
  const rows = await run(
    'SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, IS_IDENTITY, IS_GENERATED FROM INFORMATION_SCHEMA.COLUMNS ORDER BY TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION',
  )
  const columns = new Map<string, string[]>()
  for (const row of rows) {
    if (row.IS_IDENTITY === 'YES' || row.IS_GENERATED === 'YES') continue
    const key = keyOf({ schema: String(row.TABLE_SCHEMA), name: String(row.TABLE_NAME) })
    columns.set(key, [...(columns.get(key) ?? []), String(row.COLUMN_NAME)])
  }
  return columns
}

/** One text for a table: names are the same in any case of their letters. */
export function keyOf({ schema, name }: NamedTable): string {
  return `${schema}.${name}`.toUpperCase()
}

/** The table as a statement names it. */
export function quoted({ schema, name }: NamedTable): string {
  return `${quotedName(schema)}.${quotedName(name)}`
}

/** A name as a statement has it, whatever is in it. */
export function quotedName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** The keys of tables that a user has named, with their schema or in the default one. */
export function keysOf(names: readonly string[]): Set<string> {
  return new Set(names.map((name) => (name.includes('.') ? name : `SQLUser.${name}`).toUpperCase()))
}
