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
  return text ? (JSON.parse(text) as PublishedRun) : undefined
}

/** This worker's connection in the run's IRIS, unless there is none or `wanted` asks for something else. */
export function connectionInRun(wanted: IrisOptions): IrisConnectionInfo | undefined {
  const run = publishedRun()
  if (!run || JSON.stringify({ ...run.options, ...wanted }) !== JSON.stringify(run.options)) return undefined
  const info = fromEnvironment()
  const worker = Number(process.env.JEST_WORKER_ID ?? 1)
  return inNamespace(info, run.namespaces[(worker - 1) % run.namespaces.length] ?? info.namespace)
}
