import { IrisDevtesterError } from '../errors/iris-devtester-error.ts'

/** What an {@link IrisContainerError} can be about. */
export type ContainerErrorCode =
  | 'IMAGE_UNAVAILABLE'
  | 'IMAGE_WRONG_ARCHITECTURE'
  | 'CONTAINER_NAME_TAKEN'
  | 'CONTAINER_REFUSED'
  | 'CONTAINER_GONE'
  | 'IRIS_EXITED'
  | 'IRIS_LICENSE_EXPIRED'
  | 'IRIS_LICENSE_UNITS_EXHAUSTED'
  | 'IRIS_STARTUP_ABORTED'
  | 'IRIS_MERGE_FILE_UNREADABLE'
  | 'IRIS_MERGE_IGNORED'
  | 'IRIS_OUT_OF_MEMORY'
  | 'IRIS_PASSWORD_REFUSED'
  | 'IRIS_START_TIMEOUT'
  | 'IRIS_UNUSABLE'
  | 'OBJECTSCRIPT_FAILED'
  | 'SETTING_INVALID'

/** A container of IRIS couldn't be created, didn't become ready, or failed. */
export class IrisContainerError extends IrisDevtesterError<ContainerErrorCode> {
  override readonly name = 'IrisContainerError'

  /** The container's last lines of output, where they could be read. */
  get logTail(): readonly string[] {
    return (this.details.logTail as readonly string[] | undefined) ?? []
  }

  /** The exit code of the container's main process, where it ended. */
  get exitCode(): number | undefined {
    return this.details.exitCode as number | undefined
  }
}
