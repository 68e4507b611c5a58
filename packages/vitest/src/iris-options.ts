import type { AcquireOptions } from '@iris-devtester/core'

/** The plugin's options: plain data, all optional. */
export type IrisOptions = Omit<AcquireOptions, 'registry' | 'reporter' | 'runner' | 'signal'> & {
  /** The registry: a path, or the `postgres://` address of one that several machines share. Default: as the environment says. */
  readonly registry?: string | undefined
}
