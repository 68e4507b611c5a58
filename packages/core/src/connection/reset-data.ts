import { type DataState, type KeptRows, readState, recordBaseline } from './baseline.ts'
import { type BatchStatement, runAll, runEach } from './batch.ts'
import { IrisConnectionError } from './connection-error.ts'
import {
  keyOf,
  keysOf,
  type NamedTable,
  OWN_SCHEMA,
  quoted,
  quotedName,
  type RunData,
  readReferences,
} from './data-tables.ts'
import { isLocked, lockHolders } from './lock-holders.ts'
import { tableGone, tableRefused, withoutBaseline } from './reset-errors.ts'
import { resetOrder } from './reset-order.ts'

/** What a reset is told. */
export interface ResetOptions {
  /** Tables that stay as they are: `Sample.Country`, or `Country` in the default schema. */
  readonly except?: readonly string[] | undefined
  /** Called once a second while the reset lasts. Default: a line on standard error. */
  readonly onProgress?: ((progress: ResetProgress) => void) | undefined
}

/** How far a reset is. */
export interface ResetProgress {
  /** The table it is at. */
  readonly table: string
  /** Tables that are done. */
  readonly done: number
  readonly total: number
  /** Since its beginning, in ms. */
  readonly milliseconds: number
}

/** How often a record is begun that another one has disturbed. */
const ATTEMPTS = 6

/**
 * Puts the namespace's tables back to the baseline. Tables are emptied by TRUNCATE, which pulls no trigger and lets row
 * numbers and counters begin anew, those that refer to others first; then the recorded rows are put back.
 *
 * @see https://docs.intersystems.com/irislatest/csp/docbook/DocBook.UI.Page.cls?KEY=RSQL_truncatetable
 * @throws IrisConnectionError `RESET_WITHOUT_BASELINE`, `RESET_LOCKED`, `RESET_FAILED`
 */
export async function resetData(run: RunData, namespace: string, options: ResetOptions = {}): Promise<void> {
  const state = await readState(run)
  if (!isRecorded(state)) throw withoutBaseline(namespace)
  await toBaseline(run, namespace, state, options)
}

/** What a reset would do to which tables. */
export interface ResetPlan {
  /** Put back to what they were. */
  readonly restored: readonly string[]
  /** Made since, so dropped, with the views. */
  readonly dropped: readonly string[]
}

/** What {@link resetData} would do; `undefined` where nothing has been recorded. Nothing is changed. */
export async function planReset(run: RunData): Promise<ResetPlan | undefined> {
  const { baseline, ...present } = await readState(run)
  if (baseline === undefined) return undefined
  const known = new Set(baseline.tables.map(keyOf))
  const isNew = (table: NamedTable) => !known.has(keyOf(table))
  const newViews = present.views.filter((view) => !baseline.views.includes(keyOf(view)))
  return {
    restored: baseline.tables.map(nameOf),
    dropped: [...present.tables.filter(isNew), ...newViews].map(nameOf),
  }
}

function nameOf({ schema, name }: NamedTable): string {
  return `${schema}.${name}`
}

type RecordedState = DataState & { readonly baseline: NonNullable<DataState['baseline']> }

function isRecorded(state: DataState): state is RecordedState {
  return state.baseline !== undefined
}

/**
 * {@link resetData}, or where nothing has been recorded yet, records what is there.
 *
 * @param loadBatchClass see {@link recordBaseline}.
 */
export async function startFresh(
  run: RunData,
  namespace: string,
  options: ResetOptions,
  loadBatchClass: () => Promise<void>,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const state = await readState(run)
    if (isRecorded(state)) return await toBaseline(run, namespace, state, options)
    try {
      return await recordBaseline(run, options.except ?? [], loadBatchClass)
    } catch (error) {
      // Two that begin in one namespace at once are in each other's way: one of them finds the other's record then.
      const mayPass = error instanceof IrisConnectionError && error.code === 'SQL_ERROR'
      if (!mayPass || attempt === ATTEMPTS) throw error
      await new Promise((resolve) => setTimeout(resolve, attempt * (50 + Math.random() * 100)))
    }
  }
}

async function toBaseline(
  run: RunData,
  namespace: string,
  { baseline: { tables, views }, isBatched, ...present }: RecordedState,
  { except = [], onProgress = report }: ResetOptions,
): Promise<void> {
  const left = keysOf(except)
  const there = new Set(present.tables.map(keyOf))
  const known = new Set(tables.map(keyOf))
  const affected = tables.filter((table) => !left.has(keyOf(table)))
  for (const table of affected) if (!there.has(keyOf(table))) throw tableGone(namespace, nameOf(table))
  const newViews = present.views.filter((view) => !views.includes(keyOf(view)))
  const newTables = present.tables.filter((table) => !known.has(keyOf(table)) && !left.has(keyOf(table)))
  const filled = affected.filter(({ copy }) => copy !== undefined).reverse()
  const steps: Step[] = [
    ...newViews.map((table) => ({ table, statement: `DROP VIEW ${quoted(table)}` })),
    ...(await dropping(run, newTables)),
    ...affected.map((table) => ({ table, statement: truncation(table, table.isReferenced) })),
    ...filled.flatMap((table) => puttingBack(table, table.copy as KeptRows).map((statement) => ({ table, statement }))),
  ]
  const began = performance.now()
  let done = 0
  const tell = () => {
    const { table } = steps[done] as Step
    onProgress({ table: nameOf(table), done, total: steps.length, milliseconds: performance.now() - began })
  }
  const timer = setInterval(tell, 1_000)
  timer.unref?.()
  try {
    const statements = steps.map(({ statement }) => statement)
    const failure = await (isBatched ? runAll : runEach)(run, statements, (at) => {
      done = at
    })
    if (failure) {
      const holders = isLocked(failure.sqlCode) ? await lockHolders(run) : []
      throw tableRefused(namespace, nameOf((steps[failure.at] as Step).table), failure, holders)
    }
  } finally {
    clearInterval(timer)
  }
}

/** One statement of a reset, and which table it is about. */
interface Step {
  readonly table: NamedTable
  readonly statement: BatchStatement
}

/** Tables made since the baseline go, like the rows; one that may not be dropped, as a class's own, is emptied. */
async function dropping(run: RunData, tables: readonly NamedTable[]): Promise<Step[]> {
  if (tables.length === 0) return []
  const byKey = new Map(tables.map((table) => [keyOf(table), table]))
  return resetOrder([...byKey.keys()], await readReferences(run)).map(({ key }) => {
    const table = byKey.get(key) as NamedTable
    // IRIS refuses to drop what a class declares or a view needs; what it then says to emptying it counts.
    return { table, statement: [`DROP TABLE ${quoted(table)}`, truncation(table, true)] }
  })
}

function truncation(table: NamedTable, isReferenced: boolean): string {
  return `TRUNCATE TABLE ${isReferenced ? '%NOCHECK ' : ''}${quoted(table)}`
}

/** Rows that were accepted once need no checks, and their triggers have been pulled already. */
function puttingBack(table: NamedTable, { name, columns, runs }: KeptRows): string[] {
  const ours = `${OWN_SCHEMA}.${name}`
  const list = columns.map(quotedName).join(', ')
  const insert = (condition: string, top = 'ALL') =>
    columns.length === 0
      ? `INSERT %NOCHECK %NOTRIGGER INTO ${quoted(table)} DEFAULT VALUES`
      : `INSERT %NOCHECK %NOTRIGGER INTO ${quoted(table)} (${list}) SELECT TOP ${top} ${list} FROM ${ours}${condition} ORDER BY IdtRow`
  const [only] = runs
  if (columns.length > 0 && (only === undefined || (runs.length === 1 && only[0] === 1))) return [insert('')]
  const statements: string[] = []
  let next = 1
  for (const [first, last] of runs) {
    for (; next < first; next++) {
      // A number that no row has: a row takes it and goes again.
      statements.push(insert(` WHERE IdtRow = ${first}`, '1'))
      statements.push(`DELETE %NOCHECK %NOTRIGGER FROM ${quoted(table)} WHERE %ID = ${next}`)
    }
    if (columns.length > 0) statements.push(insert(` WHERE IdtRow BETWEEN ${first} AND ${last}`))
    else for (let row = first; row <= last; row++) statements.push(insert(''))
    next = last + 1
  }
  return statements
}

function report({ table, done, total, milliseconds }: ResetProgress): void {
  process.stderr.write(`IRIS reset  ${table}, step ${done + 1} of ${total}  (${(milliseconds / 1_000).toFixed(0)} s)\n`)
}
