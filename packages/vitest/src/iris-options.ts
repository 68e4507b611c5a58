import type { RunOptions } from '@iris-devtester/core'

/** The plugin's options: plain data, all optional. */
export type IrisOptions = Omit<RunOptions, 'registry' | 'reporter' | 'runner' | 'signal' | 'network'>
