import { connectIris } from '@iris-devtester/core/connection'
import { checkResettable, connectionsOfRun } from '@iris-devtester/core/run'
import type { TestInfo } from '@playwright/test'
import { type IrisOptions, requestOf } from './iris-options.ts'

/** The options that say whose tables go back, and when. */
export type PutBackOptions = Omit<IrisOptions, 'irisOnFailure' | 'irisLogLines'>

/** Puts the tables of this worker's namespace back; the first time, it records what they are. */
export async function putBack(
  { irisReset, irisResetExcept = '', ...options }: PutBackOptions,
  { config, parallelIndex }: TestInfo,
): Promise<void> {
  // A worker's parent is the runner.
  const { info } = await connectionsOfRun(process.ppid, parallelIndex + 1, requestOf(config, options))
  checkResettable(info.namespace, irisReset, config.workers)
  await using connection = connectIris(info)
  const except = irisResetExcept.split(',').map((name) => name.trim())
  await connection.startFresh({ except: except.filter((name) => name !== '') })
}
