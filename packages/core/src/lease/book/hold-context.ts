import type { Fingerprints } from '../../container/settings-fingerprints.ts'
import type { EngineClient } from '../../engine/engine-client.ts'
import type { LeaseRecord } from '../../ports/document/lease-record.ts'
import type { PortRegistry } from '../../ports/port-registry.ts'
import type { Acquisition } from './acquire-options.ts'
import type { StartReporter } from './start-reporter.ts'
import type { StartTimes } from './start-times.ts'

/** What a run needs to find, make and hold its project's container. */
export interface HoldContext {
  readonly engine: EngineClient
  readonly registry: PortRegistry
  readonly acquisition: Acquisition
  /** Fingerprints of the settings that the container has to have. */
  readonly wanted: Fingerprints
  /** The run's lease as it was taken. */
  readonly lease: LeaseRecord
  /** The name the container's ports are reached by. */
  readonly host: string
  readonly reporter: StartReporter
  /** Measures the start, where it is to be recorded. */
  readonly times?: StartTimes | undefined
  readonly signal: AbortSignal | undefined
}
