import type { OnFailure } from '@iris-devtester/core'
import type { IrisConnectionInfo, ResetSettings } from '@iris-devtester/core/connection'

/** What `inject('iris')` gives a test: the connection in the namespace of the worker it runs in. */
export interface ProvidedIris extends IrisConnectionInfo {
  /** The run's namespaces, one for each worker where workers are isolated. */
  readonly namespaces: readonly string[]
  /** When the worker's namespace goes back to what it was after set-up. */
  readonly reset: ResetSettings
  /** What happens to the worker's namespace when a test fails. */
  readonly onFailure: OnFailure
  /** Where this worker asks the process that holds the IRIS. */
  readonly holder: string
  /** Whether each test file has a namespace of its own. */
  readonly hasFileNamespaces: boolean
  /** Why what is to be loaded could not be loaded again, where Vitest watches and a file of it has changed. */
  readonly loadFailure?: string | undefined
  /** The run's instances by their names, where it asked for several. */
  readonly instances: ProvidedInstances
}

/** One of several instances. */
export interface ProvidedInstance extends IrisConnectionInfo {
  /** The run's namespaces in it. */
  readonly namespaces: readonly string[]
  /** When the worker's namespace in it goes back to what it was after set-up. */
  readonly reset: ResetSettings
  /** What happens to the worker's namespace in it when a test fails. */
  readonly onFailure: OnFailure
}

/**
 * The names of the configuration's instances, for the type of `inject('iris').instances`:
 *
 * ```ts
 * declare module '@iris-devtester/vitest' {
 *   interface IrisInstances { main: true; archive: true }
 * }
 * ```
 */
// biome-ignore lint/suspicious/noEmptyInterface: users add their instances' names to it.
export interface IrisInstances {}

/** Declared instances are there; of any other name there may be one. */
export type ProvidedInstances = { readonly [Name in keyof IrisInstances]: ProvidedInstance } & {
  readonly [name: string]: ProvidedInstance | undefined
}

declare module 'vitest' {
  export interface ProvidedContext {
    iris: ProvidedIris
  }
}
