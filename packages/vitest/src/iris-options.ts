import type { AcquireOptions } from '@iris-devtester/core'

/** The plugin's options: plain data, all optional. */
export type IrisOptions = Omit<AcquireOptions, 'registry' | 'reporter' | 'runner' | 'signal'>
