import type { BatchFailure } from './batch.ts'
import { IrisConnectionError } from './connection-error.ts'
import { isLocked, type LockHolder } from './lock-holders.ts'

/** What to throw for a table that IRIS refuses to reset. */
export function tableRefused(
  namespace: string,
  table: string,
  { sqlCode, summary: words }: BatchFailure,
  holders: readonly LockHolder[],
): IrisConnectionError {
  const details = { table, namespace, sqlCode, summary: words }
  if (isLocked(sqlCode)) {
    return new IrisConnectionError({
      code: 'RESET_LOCKED',
      message: `The table ${table} in ${namespace} can't be reset, because another process of IRIS holds a lock on it: ${words}${heldBy(holders)}`,
      hint: [
        'End the transaction that holds it: the application under test, or a driver that a test has left open',
        'All locks are in the Management Portal under System Operation, Locks',
      ].join('\n'),
      details: { ...details, holders },
    })
  }
  return new IrisConnectionError({
    code: 'RESET_FAILED',
    message: `The table ${table} in ${namespace} could not be reset, so that the namespace is neither as it was nor as it should be: ${words}`,
    hint: `Leave the table out: except: ['${table}'], or resetExcept in the configuration`,
    details,
  })
}

/** What to throw where there is nothing to go back to. */
export function withoutBaseline(namespace: string): IrisConnectionError {
  return new IrisConnectionError({
    code: 'RESET_WITHOUT_BASELINE',
    message: `Nothing records what set-up has put into the namespace ${namespace}, so that a reset can't go back to it.`,
    hint: "Let the runner's adapter record it: the option reset: 'file' or 'each'\nOr record it yourself when set-up is done: await connection.markBaseline()",
    details: { namespace },
  })
}

/** What to throw for a table that a reset would have to make. */
export function tableGone(namespace: string, table: string): IrisConnectionError {
  return new IrisConnectionError({
    code: 'RESET_FAILED',
    message: `The table ${table} in ${namespace} was there when set-up was done, and is gone: a reset puts rows back, not tables.`,
    hint: 'Leave the table out: resetExcept in the configuration. Or let the test that drops it make it again.',
    details: { table, namespace },
  })
}

function heldBy(holders: readonly LockHolder[]): string {
  const lines = holders.map(({ pid, user, address, program, lock }) => {
    const who = [user && `user ${user}`, address && `from ${address}`, program && `by ${program}`].filter(Boolean)
    return `\n  ${lock} by process ${[pid, ...who].join(', ')}`
  })
  return lines.length === 0 ? '' : `\nLocks of others in this namespace:${lines.join('')}`
}
