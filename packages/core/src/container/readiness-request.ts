import type { IrisConnectionInfo } from '../connection/connection-info.ts'
import type { IrisConnection } from '../connection/iris-connection.ts'
import type { EvidenceSubject } from './evidence.ts'

/** The step a start is at, for people who watch. */
export type StartPhase = 'boot' | 'superserver' | 'login'

export interface ReadinessRequest extends EvidenceSubject {
  readonly connection: Omit<IrisConnectionInfo, 'url'>
  /** How long the whole start may take, in ms. */
  readonly timeoutMs: number
  /** When the start began, by `performance.now()`. Default: now. */
  readonly began?: number
  /** Whether the image runs a command after the start (`--after`), which has to end first. */
  readonly afterHook: boolean
  /** The connection to log in with, where there is one already. */
  readonly session?: IrisConnection
  readonly signal?: AbortSignal | undefined
  readonly onPhase?: ((phase: StartPhase) => void) | undefined
}
