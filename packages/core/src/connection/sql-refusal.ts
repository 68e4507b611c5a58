import { IrisConnectionError } from './connection-error.ts'

/**
 * What to throw when IRIS refused a statement.
 *
 * @param query the statement as its author wrote it.
 * @param summary IRIS's words, with the SQLCODE.
 */
export function sqlError(namespace: string, query: string, summary: string): IrisConnectionError {
  const sqlCode = Number(/SQLCODE[^-\d]*(-?\d+)/i.exec(summary)?.[1] ?? Number.NaN)
  return new IrisConnectionError({
    code: 'SQL_ERROR',
    message: `IRIS refused a statement in ${namespace}: ${summary.trim()}\n  ${query}`,
    details: { query, summary, namespace, ...(Number.isNaN(sqlCode) ? {} : { sqlCode }) },
  })
}
