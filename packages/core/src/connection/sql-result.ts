import { IrisConnectionError } from './connection-error.ts'

/** A row: column name to value. Null is `null`, and a whole number that a `number` can't hold is a `bigint`. */
export type SqlRow = Record<string, unknown>

/**
 * The rows of a statement. What IRIS says beside them over HTTP is nothing, so that asking for the rest is refused rather
 * than answered with `undefined`.
 */
export interface SqlResult<Row> extends Array<Row> {
  /**
   * How many rows a query gave.
   *
   * @throws IrisConnectionError `SQL_RESULT_UNKNOWN` for a statement that gives none: how many an `UPDATE` changed is not
   *   told over HTTP.
   */
  readonly rowCount: number
  /** @throws IrisConnectionError `SQL_RESULT_UNKNOWN`: the identity of an inserted row is not told over HTTP. */
  readonly identity: never
}

/** The rows as the result of a statement. */
export function sqlResult<Row>(rows: Row[], query: string, isQuery: boolean): SqlResult<Row> {
  return Object.defineProperties(rows, {
    rowCount: {
      get(this: Row[]) {
        if (isQuery) return this.length
        throw unknown('how many rows a statement changed', query, [
          'Count before and after: SELECT COUNT(*) AS n FROM …',
          'Or use a driver, which reports the number.',
        ])
      },
    },
    identity: {
      get() {
        throw unknown('the identity of an inserted row', query, [
          'Select the row by another key: SELECT %ID AS id FROM … WHERE …',
          'Or use a driver: LAST_IDENTITY() needs the session that inserted the row.',
        ])
      },
    },
  }) as SqlResult<Row>
}

function unknown(what: string, query: string, hint: readonly string[]): IrisConnectionError {
  return new IrisConnectionError({
    code: 'SQL_RESULT_UNKNOWN',
    message: `Over HTTP, IRIS does not report ${what}.`,
    hint: hint.join('\n'),
    details: { query },
  })
}
