/**
 * SQL, class loading and the `IRIS_*` variables, over HTTP: for tests and code under test. Start with {@link connectIris}.
 *
 * @module
 */

export { connectIris } from './connect-iris.ts'
export { IrisConnectionError, type IrisConnectionErrorCode } from './connection-error.ts'
export {
  connectionInfo,
  environmentOf,
  fromEnvironment,
  type IrisConnectionInfo,
  type IrisEnvironment,
  inNamespace,
  namesIris,
  toEnvironment,
  toInstanceEnvironment,
} from './connection-info.ts'
export { describeStatements } from './describe-statements.ts'
export { IrisConnection, type ServerInfo, type SqlOptions } from './iris-connection.ts'
export { portalUrl } from './portal-url.ts'
export { resetBeforeTest } from './reset-before-test.ts'
export type { ResetOptions, ResetPlan, ResetProgress } from './reset-data.ts'

export type { Reset, ResetSettings } from './reset-settings.ts'
export type { SqlResult, SqlRow } from './sql-result.ts'
export type { SqlParameter } from './sql-values.ts'
export { type StatementRecord, takeStatements } from './statement-record.ts'
export type { Transaction, TransactionResult, TransactionSqlOptions } from './transaction.ts'
