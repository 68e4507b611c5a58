import { debugLog } from '../debug/debug-log.ts'
import { IrisConnectionError } from './connection-error.ts'
import type { RunData } from './data-tables.ts'

const debug = debugLog('lease')

/** A statement, and where IRIS may refuse it, the one to run then. */
export type BatchStatement = string | readonly [statement: string, otherwise: string]

/** The statement that IRIS has refused. */
export interface BatchFailure {
  /** Its place, counted from 0. */
  readonly at: number
  readonly sqlCode: number
  /** The words of IRIS. */
  readonly summary: string
}

/** What IRIS says to one query of several: its rows as lists of values, or its refusal. */
export type BatchRows = readonly (readonly unknown[])[] | { readonly sqlcode: number; readonly message: string }

/** How long IRIS works on one call before it tells how far it is, in ms; it ends after the statement it is at. */
const CALL_MS = 1_000
/** How long the statements of one call are together; IRIS's texts hold 3.6 million characters. */
const CALL_LENGTH = 1_000_000

/** Runs queries in one call; `undefined` where the class that does it is not in the namespace, or may not be used. */
export async function readAll(run: RunData, queries: readonly string[]): Promise<readonly BatchRows[] | undefined> {
  try {
    return (await call(run, 'Rows(?)', [JSON.stringify(queries)])) as readonly BatchRows[]
  } catch (error) {
    if (!isRefusal(error)) throw error
    debug.swallowed('read by the batch class', error)
    return undefined
  }
}

/**
 * Runs statements in their order, as many in each call as IRIS gets done in a second.
 *
 * @param onCall told before each call how many are done.
 * @returns the one that failed, behind which none has been run.
 */
export async function runAll(
  run: RunData,
  statements: readonly BatchStatement[],
  onCall: (done: number) => void,
): Promise<BatchFailure | undefined> {
  for (let done = 0; done < statements.length; ) {
    onCall(done)
    const part = beginning(statements.slice(done))
    const answer = (await call(run, 'Run(?, ?)', [JSON.stringify(part), CALL_MS])) as {
      readonly done: number
      readonly sqlcode?: number
      readonly message?: string
    }
    done += Number(answer.done)
    const { sqlcode = answer.done > 0 ? undefined : -400, message = 'nothing was done' } = answer
    if (sqlcode !== undefined) {
      return { at: done, sqlCode: Number(sqlcode), summary: `SQLCODE: ${sqlcode} Message: ${message}` }
    }
  }
  return undefined
}

/** As {@link runAll}, each statement in a call of its own: for a namespace without the class. */
export async function runEach(
  run: RunData,
  statements: readonly BatchStatement[],
  onCall: (done: number) => void,
): Promise<BatchFailure | undefined> {
  for (const [at, one] of statements.entries()) {
    onCall(at)
    const [statement, otherwise] = typeof one === 'string' ? [one] : one
    try {
      await run(statement).catch((error) => {
        if (otherwise === undefined || !isRefusal(error)) throw error
        return run(otherwise)
      })
    } catch (error) {
      if (!isRefusal(error) || error.sqlCode === undefined) throw error
      return { at, sqlCode: error.sqlCode, summary: String(error.details.summary).trim() }
    }
  }
  return undefined
}

/** As many of the statements as one call takes, and at least one. */
function beginning(statements: readonly BatchStatement[]): readonly BatchStatement[] {
  let length = 0
  const end = statements.findIndex((one, at) => {
    length += String(one).length
    return at > 0 && length > CALL_LENGTH
  })
  return end < 0 ? statements : statements.slice(0, end)
}

async function call(run: RunData, method: string, parameters: readonly unknown[]): Promise<unknown> {
  // It may change data, so that it isn't sent a second time when the connection breaks.
  const [row] = await run(`SELECT IrisDevtester.Batch_${method} AS answer`, parameters, { once: true })
  return JSON.parse(String(row?.answer))
}

function isRefusal(error: unknown): error is IrisConnectionError {
  return error instanceof IrisConnectionError && error.code === 'SQL_ERROR'
}
