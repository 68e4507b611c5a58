import { IrisDevtesterError } from '../errors/iris-devtester-error.ts'

/** What can go wrong between us and the container engine. */
export type EngineErrorCode =
  | 'ENGINE_NOT_FOUND'
  | 'ENGINE_UNREACHABLE'
  | 'ENGINE_TIMEOUT'
  | 'ENGINE_REQUEST_FAILED'
  | 'ENGINE_MISMATCH'

/** The container engine is absent, doesn't answer, or refused a request. */
export class EngineError extends IrisDevtesterError<EngineErrorCode> {
  override readonly name = 'EngineError'

  /** The HTTP status of a refused request. */
  get status(): number | undefined {
    return this.details.status as number | undefined
  }
}
