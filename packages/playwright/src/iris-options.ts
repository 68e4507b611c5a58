import { dirname } from 'node:path'
import type { Isolation, Keep } from '@iris-devtester/core'
import type { RunRequest } from '@iris-devtester/core/run'
import type { FullConfig } from '@playwright/test'

/**
 * Options for the configuration's `use`, each a plain value: Playwright starts a new worker where an object differs. They
 * count when a worker or the global set-up is first to need an IRIS; `irisServer()` has options of its own.
 */
export interface IrisOptions {
  /** The image. Default: `IRIS_IMAGE` in the environment, else the official Community image. */
  irisImage: string | undefined
  /** The namespace of all, with the isolation `shared`. */
  irisNamespace: string | undefined
  /** How workers are kept apart. Default `worker`: a namespace each. */
  irisIsolation: Isolation | undefined
  /** What happens to the container when its last run ends. Default: `warm`, in CI `stop`. */
  irisKeep: Keep | undefined
  /** Whether a container with other settings is replaced, with all its data. Default `IRIS_DEVTESTER_REPLACE`, else false. */
  irisReplace: boolean | undefined
  /** How many lines of the container's log a failed test's report gets. Default 50; 0 for none. */
  irisLogLines: number
}

/** What a run with these options asks for. Its project is the configuration's folder. */
export function requestOf(
  { configFile, rootDir, workers }: Pick<FullConfig, 'configFile' | 'rootDir' | 'workers'>,
  options: Partial<IrisOptions>,
): RunRequest {
  const { irisImage: image, irisNamespace: namespace, irisIsolation: isolation } = options
  const { irisKeep: keep, irisReplace: replace } = options
  const given = Object.entries({ image, namespace, isolation, keep, replace }).filter(
    ([, value]) => value !== undefined,
  )
  const projectPath = configFile === undefined ? rootDir : dirname(configFile)
  return { runner: 'playwright', projectPath, workers, ...Object.fromEntries(given) }
}
