import { publishEnvironment, shareIris } from '@iris-devtester/core'
import type { Config } from '@jest/types'
import { callHooks } from './call-hooks.ts'
import { type IrisOptions, optionsOf } from './iris-options.ts'
import { type PublishedRun, RUN_VARIABLE } from './published-run.ts'
import { runState } from './run-state.ts'

/**
 * Jest's global set-up: acquires the project's IRIS with a namespace for each worker, then runs the user's own. When
 * Jest watches, it comes here before every rerun, and finds what it has.
 *
 * @throws what `acquireIris` throws; nothing is left behind then.
 */
export default async function globalSetup(globalConfig: Config.GlobalConfig, projectConfig: Config.ProjectConfig) {
  const state = runState()
  state.held ??= await acquire(globalConfig, { ...state.options, ...optionsOf(projectConfig) })
  await callHooks('globalSetup', globalConfig, projectConfig).catch(async (error) => {
    // Jest never calls the teardown when the set-up throws.
    await state.held?.end()
    throw error
  })
}

async function acquire({ rootDir, maxWorkers }: Config.GlobalConfig, options: IrisOptions) {
  const { iris, release } = await shareIris({ projectPath: rootDir, workers: maxWorkers, ...options, runner: 'jest' })
  const run: PublishedRun = { namespaces: iris.namespaces, options, external: iris.container === undefined }
  const restore = publishEnvironment(iris.connection.info)
  process.env[RUN_VARIABLE] = JSON.stringify(run)
  const end = async () => {
    delete runState().held
    delete process.env[RUN_VARIABLE]
    restore()
    await release()
  }
  return { iris, end }
}
