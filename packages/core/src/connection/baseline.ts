import { debugLog } from '../debug/debug-log.ts'
import { readAll } from './batch.ts'
import { IrisConnectionError } from './connection-error.ts'
import {
  keyOf,
  keysOf,
  type NamedTable,
  OWN_SCHEMA,
  type PresentTables,
  presentTables,
  quoted,
  quotedName,
  type RunData,
  readColumns,
  readReferences,
  readTables,
  TABLES_QUERY,
} from './data-tables.ts'
import { resetOrder } from './reset-order.ts'

const debug = debugLog('lease')

/** A table as it was when set-up was done. */
export interface KeptTable extends NamedTable {
  /** Whether rows that refer to it may still be there when it is emptied. */
  readonly isReferenced: boolean
  /** The rows it had; none where there were none. */
  readonly copy?: KeptRows
}

/** The rows of a table, in a table of ours. */
export interface KeptRows {
  /** The name of our table. */
  readonly name: string
  readonly columns: readonly string[]
  /** First and last of the row numbers that follow each other without a gap; none where the rows have keys of their own. */
  readonly runs: readonly (readonly [number, number])[]
}

/** What the tables of a namespace were when set-up was done, in the order in which they are emptied. */
export interface Baseline {
  readonly version: 1
  readonly tables: readonly KeptTable[]
  readonly views: readonly string[]
}

/** The row numbers that are given out and taken back to come over gaps; more would take longer than anybody expects. */
const MOST_SKIPPED = 1_000
const BASELINE = `${OWN_SCHEMA}.Baseline`
/** How many tables one statement counts. */
const COUNTED_AT_ONCE = 40
/** SQLCODE of a table that isn't there. */
const NO_TABLE = -30

/** What a namespace has, beside what is recorded of it. */
export interface DataState extends PresentTables {
  /** What the tables were when set-up was done; `undefined` when nobody has recorded that. */
  readonly baseline: Baseline | undefined
  /** Whether several statements can be run in one call. */
  readonly isBatched: boolean
}

/** Asks for all of it in one call, where the class that does that is there. */
export async function readState(run: RunData): Promise<DataState> {
  const content = `SELECT Content FROM ${BASELINE}`
  const [kept, tables] = (await readAll(run, [content, TABLES_QUERY])) ?? []
  if (Array.isArray(kept) && Array.isArray(tables)) {
    return { baseline: parse(kept[0]?.[0]), ...presentTables(tables), isBatched: true }
  }
  if (kept && 'sqlcode' in kept && Number(kept.sqlcode) === NO_TABLE) return NOTHING
  try {
    const [row] = await run(content)
    return { baseline: parse(row?.Content), ...(await readTables(run)), isBatched: false }
  } catch (error) {
    if (!(error instanceof IrisConnectionError) || error.sqlCode !== NO_TABLE) throw error
    return NOTHING
  }
}

const NOTHING: DataState = { baseline: undefined, tables: [], views: [], isBatched: false }

function parse(content: unknown): Baseline | undefined {
  return content === undefined ? undefined : (JSON.parse(String(content)) as Baseline)
}

/**
 * Records what is in the namespace's tables, in tables of our own beside them: rows never leave IRIS, so that dates, streams
 * and empty texts stay what they are.
 *
 * @param except tables that are none of our business.
 * @param loadBatchClass loads the class that makes a reset quick.
 * @throws IrisConnectionError `RESET_UNSUPPORTED` for a table whose rows couldn't be put back as they are.
 */
export async function recordBaseline(
  run: RunData,
  except: readonly string[],
  loadBatchClass: () => Promise<void>,
): Promise<void> {
  await forget(run)
  // Without it, as where IRIS is busy with it for another connection, each statement is a call of its own.
  await loadBatchClass().catch((error) => debug.swallowed('load the batch class', error))
  const { tables, views } = await readTables(run)
  const left = keysOf(except)
  const byKey = new Map(tables.map((table) => [keyOf(table), table]))
  const references = tables.length === 0 ? [] : await readReferences(run)
  const counts = await countRows(run, tables)
  const filled = tables.filter((table) => (counts.get(keyOf(table)) ?? 0) > 0 && !left.has(keyOf(table)))
  const columns = filled.length === 0 ? new Map<string, string[]>() : await readColumns(run)
  const copies = new Map<string, KeptRows>()
  for (const table of filled) {
    const name = `Kept${copies.size + 1}`
    copies.set(keyOf(table), await copyRows(run, table, name, columns.get(keyOf(table)) ?? []))
  }
  const kept = resetOrder([...byKey.keys()], references).map(({ key, isReferenced }): KeptTable => {
    const copy = copies.get(key)
    return { ...(byKey.get(key) as NamedTable), isReferenced, ...(copy === undefined ? {} : { copy }) }
  })
  const baseline: Baseline = { version: 1, tables: kept, views: views.map(keyOf) }
  await run(`CREATE TABLE ${BASELINE} (Content VARCHAR(3000000))`)
  await run(`INSERT INTO ${BASELINE} (Content) VALUES (?)`, [JSON.stringify(baseline)])
}

/** Removes what an earlier record has left, also one that was cut off. */
async function forget(run: RunData): Promise<void> {
  const ours = await run('SELECT TABLE_NAME FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = ?', [OWN_SCHEMA])
  // The record itself first: what it names has to be there.
  const names = ours.map(({ TABLE_NAME }) => String(TABLE_NAME)).sort()
  for (const name of names) await run(`DROP TABLE ${OWN_SCHEMA}.${quotedName(name)}`)
}

async function countRows(run: RunData, tables: readonly NamedTable[]): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  for (let from = 0; from < tables.length; from += COUNTED_AT_ONCE) {
    const some = tables.slice(from, from + COUNTED_AT_ONCE)
    const query = some.map((table, at) => `SELECT ${at} AS place, COUNT(*) AS howmany FROM ${quoted(table)}`)
    for (const { place, howmany } of await run(query.join(' UNION ALL '))) {
      counts.set(keyOf(some[Number(place)] as NamedTable), Number(howmany))
    }
  }
  return counts
}

/** @see https://docs.intersystems.com/irislatest/csp/docbook/DocBook.UI.Page.cls?KEY=RSQL_createtableas */
async function copyRows(run: RunData, table: NamedTable, name: string, columns: readonly string[]): Promise<KeptRows> {
  const ours = `${OWN_SCHEMA}.${name}`
  const list = ['%ID AS IdtRow', ...columns.map(quotedName)].join(', ')
  await run(`CREATE TABLE ${ours} AS SELECT ${list} FROM ${quoted(table)}`)
  return { name, columns, runs: await runsOf(run, table, ours, columns) }
}

/**
 * TRUNCATE lets row numbers begin at 1 again, so that rows put back in their order get the numbers they had, but for gaps.
 * A number can't be given to a row: that needs the parameter ALLOWIDENTITYINSERT of the table's class.
 */
async function runsOf(
  run: RunData,
  table: NamedTable,
  ours: string,
  columns: readonly string[],
): Promise<[number, number][]> {
  const [row] = await run(`SELECT COUNT(*) AS howmany, MIN(IdtRow) AS low, MAX(IdtRow) AS high FROM ${ours}`)
  const [count, low, high] = [Number(row?.howmany), Number(row?.low), Number(row?.high)]
  if (low === 1 && high === count) return [[1, count]]
  if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high)) return []
  for (const column of columns) {
    const [differing] = await run(
      `SELECT COUNT(*) AS howmany FROM ${ours} WHERE ${quotedName(column)} IS NULL OR ${quotedName(column)} <> IdtRow`,
    )
    // The row's number is a value of the user's own, which is put back with the others.
    if (Number(differing?.howmany) === 0) return []
  }
  if (high - count > MOST_SKIPPED) throw tooManyGaps(table, high - count)
  const runs: [number, number][] = []
  for (const { IdtRow } of await run(`SELECT IdtRow FROM ${ours} ORDER BY IdtRow`)) {
    const last = runs.at(-1)
    const number = Number(IdtRow)
    if (last && last[1] + 1 === number) last[1] = number
    else runs.push([number, number])
  }
  return runs
}

function tooManyGaps({ schema, name }: NamedTable, missing: number): IrisConnectionError {
  return new IrisConnectionError({
    code: 'RESET_UNSUPPORTED',
    message: `The rows of ${schema}.${name} can't be put back with the row numbers they have: ${missing} numbers between them are free, and IRIS gives numbers in turn.`,
    hint: `Leave the table out: except: ['${schema}.${name}'], or resetExcept in the configuration`,
    details: { table: `${schema}.${name}`, missing },
  })
}
