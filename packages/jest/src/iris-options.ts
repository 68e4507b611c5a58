import type { AcquireOptions } from '@iris-devtester/core'
import type { Config } from '@jest/types'

/** The options under `testEnvironmentOptions.iris`: plain data, all optional. */
export type IrisOptions = Omit<AcquireOptions, 'registry' | 'reporter' | 'runner' | 'signal'> & {
  /** The registry: a path, or the `postgres://` address of one that several machines share. Default: as the environment says. */
  readonly registry?: string | undefined
}

/** What a project, or a test file by its docblock, asks for. */
export function optionsOf({ testEnvironmentOptions }: Config.ProjectConfig): IrisOptions {
  const { iris = {} }: { readonly iris?: IrisOptions } = testEnvironmentOptions
  return iris
}
