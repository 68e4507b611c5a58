import { Documents } from '../classes/documents.ts'
import type { Instance } from '../instance/instance.ts'
import type { Query, Row } from './run-query.ts'
import { SqlError } from './sql-error.ts'

const CALL = /^\s*SELECT\s+IrisDevtester\.Batch_(Rows|Run|Holders)\s*\(([?,\s]*)\)\s+AS\s+(\w+)\s*$/i

/**
 * Stands for the methods of the product's class `IrisDevtester.Batch`, where it has been loaded and compiled: what they
 * are asked and answer is the same, and their ObjectScript isn't run. `undefined` for any other statement.
 *
 * @param run runs one statement.
 * @throws SqlError -359 without the class.
 */
export function runBatchCall(
  instance: Instance,
  { namespace, sql, parameters }: Query,
  run: (sql: string) => Row[],
): Row[] | undefined {
  const [, method, , name] = CALL.exec(sql) ?? []
  if (method === undefined || name === undefined) return undefined
  if (!new Documents(instance.namespaces.database(namespace)).get('IrisDevtester.Batch.cls')?.compiled) {
    throw new SqlError(-359, `User defined SQL function 'IRISDEVTESTER.BATCH_${method.toUpperCase()}' does not exist`)
  }
  if (method.toLowerCase() === 'holders') return [{ [name]: JSON.stringify(holders(instance)) }]
  const list = JSON.parse(String(parameters[0])) as unknown[]
  const answer =
    method.toLowerCase() === 'rows'
      ? list.map((query) => rowsOf(run, String(query)))
      : runAll(run, list as (string | readonly [string, string])[], Number(parameters[1] ?? 0))
  return [{ [name]: JSON.stringify(answer) }]
}

/** The processes with locks, and the one that the switch stands for. */
function holders({ locks, switches: { lockedTable } }: Instance): string[][] {
  const found = [...locks].map(({ name }) => [String(process.pid), name, 'irisowner', '', ''])
  return lockedTable === undefined
    ? found
    : [...found, ['4711', `^${lockedTable}D(1)`, '_SYSTEM', '172.17.0.1', 'node']]
}

function rowsOf(run: (sql: string) => Row[], query: string): unknown {
  try {
    return run(query).map((row) => Object.values(row))
  } catch (error) {
    return failure(error)
  }
}

function runAll(
  run: (sql: string) => Row[],
  list: readonly (string | readonly [string, string])[],
  milliseconds: number,
) {
  const began = performance.now()
  let done = 0
  for (const one of list) {
    const [statement, otherwise] = typeof one === 'string' ? [one] : one
    try {
      attempt(run, statement, otherwise)
    } catch (error) {
      return { done, ...failure(error) }
    }
    done++
    if (milliseconds > 0 && performance.now() - began >= milliseconds) break
  }
  return { done }
}

function attempt(run: (sql: string) => Row[], statement: string, otherwise: string | undefined): void {
  try {
    run(statement)
  } catch (error) {
    if (otherwise === undefined || !(error instanceof SqlError)) throw error
    run(otherwise)
  }
}

function failure(error: unknown): { readonly sqlcode: number; readonly message: string } {
  if (!(error instanceof SqlError)) throw error
  return { sqlcode: error.sqlcode, message: error.message }
}
