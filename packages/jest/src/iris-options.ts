import type { RunOptions } from '@iris-devtester/core'
import type { JestEnvironmentConfig } from '@jest/environment'
import type { Config } from '@jest/types'

/** The options under `testEnvironmentOptions.iris`: plain data, all optional. */
export type IrisOptions = Omit<RunOptions, 'registry' | 'reporter' | 'runner' | 'signal' | 'network'> & {
  /** The registry: a path, or the `postgres://` address of one that several machines share. Default: as the environment says. */
  readonly registry?: string | undefined
}

/**
 * Beside `iris` in `testEnvironmentOptions`: the project's own options once more, since a test file's docblock takes the
 * place of `iris`.
 */
export const PROJECT_OPTIONS = 'irisDevtesterProject'

/** What a project asks for; nothing where it leaves that to the configuration around it. */
export function optionsOf({ testEnvironmentOptions }: Pick<Config.ProjectConfig, 'testEnvironmentOptions'>) {
  return testEnvironmentOptions.iris as IrisOptions | undefined
}

/**
 * What a test file asks for: what its project does, with what its docblock says in the place of that.
 *
 * @param ofRun counts for what neither says.
 */
export function wantedBy(
  { projectConfig }: Pick<JestEnvironmentConfig, 'projectConfig'>,
  docblock: boolean,
  ofRun: IrisOptions | undefined,
): IrisOptions | undefined {
  const given = optionsOf(projectConfig)
  if (!docblock || !given) return given
  const ofProject = projectConfig.testEnvironmentOptions[PROJECT_OPTIONS] as IrisOptions | undefined
  return { ...(ofProject ?? ofRun), ...given }
}
