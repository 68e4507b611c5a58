import { type ErrorParts, IrisDevtesterError } from '../../errors/iris-devtester-error.ts'

/** What a {@link PortRegistryError} can be about. */
export type PortErrorCode =
  | 'PORT_EXHAUSTED'
  | 'PORT_IN_USE'
  | 'PORT_ASSIGNMENT_TIMEOUT'
  | 'PORT_OUT_OF_RANGE'
  | 'SYSTEM_RESERVED'
  | 'INVALID_PORT'
  | 'INVALID_RANGE'
  | 'INVALID_TIME_LIMIT'
  | 'INVALID_INSTANCE'
  | 'INVALID_PROJECT_PATH'
  | 'UNKNOWN_SERVICE'
  | 'ASSIGNMENT_NOT_FOUND'
  | 'ASSIGNMENT_IN_USE'
  | 'INVALID_CHANGE'
  | 'REGISTRY_ADDRESS_INVALID'
  | 'REGISTRY_HOME_INVALID'
  | 'REGISTRY_SCHEMA_NEWER'
  | 'REGISTRY_UNREADABLE'
  | 'REGISTRY_UNWRITABLE'
  | 'REGISTRY_WRONG_OWNER'
  | 'REGISTRY_PACKAGE_MISSING'
  | 'REGISTRY_UNREACHABLE'
  | 'REGISTRY_REFUSED'

/** What a {@link PortRegistryError} is made of. */
export interface PortErrorParts extends ErrorParts<PortErrorCode> {
  /** Ports that were free when the error was made, best first. */
  readonly suggestions?: readonly number[]
}

/** The answer a refused port request gets when it is sent on as data. */
export interface PortErrorAnswer extends Record<string, unknown> {
  /** Always `false`. */
  readonly success: false
  /** What happened, for programs. */
  readonly error: PortErrorCode
  /** What happened and why, in plain sentences. */
  readonly message: string
  /** The facts behind the message. */
  readonly details: Readonly<Record<string, unknown>>
  /** Ports that were free, best first. */
  readonly suggestions: readonly number[]
}

/** The root of the registry's errors: tell them apart by class or by `code`. */
export class PortRegistryError extends IrisDevtesterError<PortErrorCode> {
  override readonly name: string = 'PortRegistryError'
  /** Ports that were free when the error was made, best first; empty where no port was asked for. */
  readonly suggestions: readonly number[]

  constructor(parts: PortErrorParts) {
    super(parts)
    this.suggestions = parts.suggestions ?? []
  }

  override toJSON(): PortErrorAnswer {
    return {
      success: false,
      error: this.code,
      message: this.summary,
      details: this.details,
      suggestions: this.suggestions,
    }
  }
}

/** Every port of the service's range is in use. Code `PORT_EXHAUSTED`. */
export class PortExhaustedError extends PortRegistryError {
  override readonly name = 'PortExhaustedError'
}

/** The port that was asked for belongs to somebody else. Codes `PORT_IN_USE` and `ASSIGNMENT_IN_USE`. */
export class PortConflictError extends PortRegistryError {
  override readonly name = 'PortConflictError'
}

/** Other processes kept the registry busy for longer than the lock time-out. Code `PORT_ASSIGNMENT_TIMEOUT`. */
export class PortAssignmentTimeoutError extends PortRegistryError {
  override readonly name = 'PortAssignmentTimeoutError'
}

/** The project has no assignment for the service. Code `ASSIGNMENT_NOT_FOUND`. */
export class AssignmentNotFoundError extends PortRegistryError {
  override readonly name = 'AssignmentNotFoundError'
}
