import type { AcquireOptions } from '@iris-devtester/core'
import type { ProjectConfig } from './jest-types.ts'

/** The options under `testEnvironmentOptions.iris`: plain data, all optional. */
export type IrisOptions = Omit<AcquireOptions, 'registry' | 'reporter' | 'runner' | 'signal'>

/** What a project, or a test file by its docblock, asks for. */
export function optionsOf({ testEnvironmentOptions }: ProjectConfig): IrisOptions {
  return (testEnvironmentOptions.iris as IrisOptions | undefined) ?? {}
}
