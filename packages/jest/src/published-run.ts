import { fromEnvironment, type IrisConnectionInfo, inNamespace } from '@iris-devtester/core/connection'
import type { IrisOptions } from './iris-options.ts'

/** The variable by which the global set-up tells the workers of the run, beside the `IRIS_*` ones. */
export const RUN_VARIABLE = 'IRIS_DEVTESTER_JEST_RUN'

export interface PublishedRun {
  readonly namespaces: readonly string[]
  readonly options: IrisOptions
  /** Whether it is the user's own server, named in the environment. */
  readonly external: boolean
}

export function publishedRun(): PublishedRun | undefined {
  const text = process.env[RUN_VARIABLE]
  return text ? JSON.parse(text) : undefined
}

/** This worker's connection in the run's IRIS, unless there is none or `wanted` asks for something else. */
export function infoInRun(wanted: IrisOptions): IrisConnectionInfo | undefined {
  const run = publishedRun()
  if (!run || JSON.stringify({ ...run.options, ...wanted }) !== JSON.stringify(run.options)) return undefined
  return inNamespace(
    fromEnvironment(),
    run.namespaces[(Number(process.env.JEST_WORKER_ID) - 1) % run.namespaces.length] as string,
  )
}
