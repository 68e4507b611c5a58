import type { RunOptions } from '@iris-devtester/core'

/** The plugin's options: plain data, all optional. */
export type IrisOptions = Omit<RunOptions, 'registry' | 'reporter' | 'runner' | 'signal' | 'network'> & {
  /** The registry: a path, or the `postgres://` address of one that several machines share. Default: as the environment says. */
  readonly registry?: string | undefined
}
