import type { IrisConnectionInfo } from '@iris-devtester/core/connection'

/** What `inject('iris')` gives a test: the connection in the namespace of the worker it runs in. */
export interface ProvidedIris extends IrisConnectionInfo {
  /** The run's namespaces, one for each worker where workers are isolated. */
  readonly namespaces: readonly string[]
}

declare module 'vitest' {
  export interface ProvidedContext {
    iris: ProvidedIris
  }
}
