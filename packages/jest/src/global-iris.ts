import type { IrisConnection } from '@iris-devtester/core/connection'

/** The connection a test file finds as `iris`, in the namespace of the worker it runs in. */
export type GlobalIris = IrisConnection

declare global {
  /** The project's IRIS, in the namespace of this worker. */
  var iris: GlobalIris
}
