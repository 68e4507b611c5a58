import type { AcquireOptions } from '@iris-devtester/core'
import type { Config } from '@jest/types'

/** The options under `testEnvironmentOptions.iris`: plain data, all optional. */
export type IrisOptions = Omit<AcquireOptions, 'registry' | 'reporter' | 'runner' | 'signal'>

/** What a project, or a test file by its docblock, asks for. */
export function optionsOf({ testEnvironmentOptions }: Config.ProjectConfig): IrisOptions {
  const { iris = {} }: { readonly iris?: IrisOptions } = testEnvironmentOptions
  return iris
}
