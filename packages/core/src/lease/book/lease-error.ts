import { IrisDevtesterError } from '../../errors/iris-devtester-error.ts'

/** What a {@link LeaseError} can be about. */
export type LeaseErrorCode =
  | 'CONTAINER_BUSY'
  | 'CONTAINER_DIFFERS'
  | 'CONTAINER_PORT_TAKEN'
  | 'CONTAINER_WAIT_TIMEOUT'
  | 'KEEP_FAILED'
  | 'LOAD_FAILED'
  | 'NAMESPACE_FAILED'
  | 'NO_CONTAINER'
  | 'INSTANCE_CONFLICT'
  | 'OPTION_INVALID'
  | 'OPTION_UNKNOWN'
  | 'RESTORE_FAILED'
  | 'SNAPSHOT_FAILED'
  | 'WORKSPACE_NOT_FOUND'

/** A run couldn't get, prepare or use its hold on an IRIS. */
export class LeaseError extends IrisDevtesterError<LeaseErrorCode> {
  override readonly name = 'LeaseError'
}
