import { dirname } from 'node:path'
import type { Isolation, Keep, OnFailure, Share } from '@iris-devtester/core'
import type { Reset } from '@iris-devtester/core/connection'
import { checkOptionsAmongOthers, type RunRequest } from '@iris-devtester/core/run'
import type { FullConfig } from '@playwright/test'

/**
 * Options for the `use` of the configuration or of a project, each a plain value: Playwright starts a new worker where an
 * object differs. Projects with equal options share an IRIS; what `irisServer()` was given counts where they say nothing.
 */
export interface IrisOptions {
  /** The image. Default: `IRIS_IMAGE` in the environment, else the official Community image. */
  irisImage: string | undefined
  /** The namespace of all, with the isolation `shared`. */
  irisNamespace: string | undefined
  /** Which of the project's instances of IRIS. Default `main`. */
  irisInstance: string | undefined
  /** Whose IRIS it is: with `workspace`, that of the workspace. Default `project`. */
  irisShare: Share | undefined
  /** How workers are kept apart. Default `worker`: a namespace each. */
  irisIsolation: Isolation | undefined
  /**
   * When the tables of the worker's namespace go back to what they were when its first test began: before each test, or
   * before the first test of each file. Default false: an application under test may rely on what it has written.
   */
  irisReset: Reset
  /** Tables that no reset touches, with commas between them: `Sample.Country, City`. */
  irisResetExcept: string | undefined
  /**
   * With `keep`, a copy of the worker's namespace is kept as a test left it that has failed for good. It needs a namespace
   * that one worker has for itself. Default: what `irisServer()` was given, `IRIS_DEVTESTER_ON_FAILURE`, else `drop`.
   */
  irisOnFailure: OnFailure | undefined
  /** What happens to the container when its last run ends. Default: `warm`, in CI `stop`. */
  irisKeep: Keep | undefined
  /** Whether a container with other settings is replaced, with all its data. Default `IRIS_DEVTESTER_REPLACE`, else false. */
  irisReplace: boolean | undefined
  /** How many lines of the container's log a failed test's report gets. Default 50; 0 for none. */
  irisLogLines: number
}

/** The names that `use` can have, with the values of those that have few. */
const KNOWN: Readonly<Record<keyof IrisOptions, readonly unknown[] | undefined>> = {
  irisImage: undefined,
  irisNamespace: undefined,
  irisInstance: undefined,
  irisShare: ['project', 'workspace'],
  irisIsolation: ['worker', 'file', 'run', 'shared'],
  irisReset: ['each', 'file', false],
  irisResetExcept: undefined,
  irisOnFailure: ['keep', 'drop'],
  irisKeep: ['warm', 'stop'],
  irisReplace: [true, false],
  irisLogLines: undefined,
}

/**
 * Refuses a slip in the `use` of a configuration or project, which Playwright takes as an option of somebody else.
 *
 * @throws IrisDevtesterError `OPTION_UNKNOWN`, `OPTION_INVALID`
 */
export function checkUse(use: object): void {
  checkOptionsAmongOthers(Object.fromEntries(Object.entries(use).filter(([name]) => /^iris/i.test(name))), KNOWN)
}

/** What a run with these options asks for. Its project is the configuration's folder. */
export function requestOf(
  { configFile, rootDir, workers }: Pick<FullConfig, 'configFile' | 'rootDir' | 'workers'>,
  options: Partial<IrisOptions>,
): RunRequest {
  const { irisImage: image, irisNamespace: namespace, irisIsolation: isolation } = options
  const { irisInstance: instance, irisShare: share, irisKeep: keep, irisReplace: replace } = options
  const given = Object.entries({ image, namespace, instance, share, isolation, keep, replace }).filter(
    ([, value]) => value !== undefined,
  )
  const projectPath = configFile === undefined ? rootDir : dirname(configFile)
  return { runner: 'playwright', projectPath, workers, ...Object.fromEntries(given) }
}
