import { dirname } from 'node:path'
import type { AcquireOptions, Isolation, Keep } from '@iris-devtester/core'
import type { FullConfig } from '@playwright/test'

/**
 * Options for the configuration's `use`, each a plain value: Playwright starts a new worker where an object differs. They
 * count when a worker or the global set-up is first to need an IRIS; `irisServer()` has options of its own.
 */
export interface IrisOptions {
  irisImage: string | undefined
  /** The namespace of all, with the isolation `shared`. */
  irisNamespace: string | undefined
  irisIsolation: Isolation | undefined
  irisKeep: Keep | undefined
  /** How many lines of the container's log a failed test's report gets. Default 50; 0 for none. */
  irisLogLines: number
}

/** The options in core's words. */
export function runOptions(use: Partial<IrisOptions>): AcquireOptions {
  return { image: use.irisImage, namespace: use.irisNamespace, isolation: use.irisIsolation, keep: use.irisKeep }
}

/** The project is the configuration's folder. */
export function projectOf({ configFile, rootDir }: Pick<FullConfig, 'configFile' | 'rootDir'>): string {
  return configFile === undefined ? rootDir : dirname(configFile)
}
