import { IrisDevtesterError } from '@iris-devtester/core'

export type CliErrorCode =
  | 'COMMAND_NOT_STARTED'
  | 'CONFIRMATION_NEEDED'
  | 'CONTAINER_NOT_FOUND'
  | 'DECLINED'
  | 'IMPORT_UNREADABLE'
  | 'INTERRUPTED'
  | 'NO_RUNNER_FOUND'
  | 'NO_SYSTEM_PORT'
  | 'PORT_HELD'
  | 'RUNS_ARE_LIVE'
  | 'STATEMENT_WRITES'
  | 'TOKEN_TOO_SHORT'
  | 'TYPE_UNKNOWN'
  | 'VALUE_NOT_WRITABLE'

/** A command couldn't do what it was asked to. */
export class CliError extends IrisDevtesterError<CliErrorCode> {
  override readonly name = 'CliError'
}
