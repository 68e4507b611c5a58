import { IrisDevtesterError } from '../errors/iris-devtester-error.ts'

/** What an {@link IrisConnectionError} can be about. */
export type IrisConnectionErrorCode =
  | 'IRIS_UNREACHABLE'
  | 'IRIS_PASSWORD_REFUSED'
  | 'IRIS_PASSWORD_CHANGE_REQUIRED'
  | 'IRIS_LICENSE_UNITS_EXHAUSTED'
  | 'IRIS_NO_WEB_API'
  | 'IRIS_NAMESPACE_NOT_FOUND'
  | 'IRIS_REQUEST_FAILED'
  | 'SQL_ERROR'
  | 'SQL_TRANSACTION_UNSUPPORTED'
  | 'SQL_PARAMETERS_INVALID'
  | 'SQL_COLUMNS_NOT_UNIQUE'
  | 'SQL_RESULT_UNKNOWN'
  | 'RESET_WITHOUT_BASELINE'
  | 'RESET_UNSUPPORTED'
  | 'RESET_LOCKED'
  | 'RESET_FAILED'
  | 'SNAPSHOT_UNSUPPORTED'
  | 'COMPILE_ERROR'
  | 'ANSWER_TOO_LONG'

/** IRIS can't be reached, refused the login, or answered a request with an error. */
export class IrisConnectionError extends IrisDevtesterError<IrisConnectionErrorCode> {
  override readonly name = 'IrisConnectionError'

  /** The SQLCODE of a failed statement, where IRIS named one: `-30` for a missing table. */
  get sqlCode(): number | undefined {
    return this.details.sqlCode as number | undefined
  }
}
