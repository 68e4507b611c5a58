import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type AcquiredIris, publishEnvironment, shareIris } from '@iris-devtester/core'
import { serveRun, temporaryFolder } from '@iris-devtester/core/run'
import type { Config } from '@jest/types'
import { callHooks } from './call-hooks.ts'
import { HOOKS } from './entry-files.ts'
import { type IrisOptions, optionsOf } from './iris-options.ts'
import { type PublishedIris, type PublishedRun, RUN_VARIABLE } from './published-run.ts'
import { runState } from './run-state.ts'

/**
 * Jest's global set-up: acquires the project's IRIS with a namespace for each worker, then runs the user's own. When
 * Jest watches, it comes here before every rerun, and finds what it has. Jest calls it once for all of its projects that
 * run; where none of them has IRIS, nothing is acquired.
 *
 * @throws what `acquireIris` throws; nothing is left behind then.
 */
export default async function globalSetup(globalConfig: Config.GlobalConfig, projectConfig: Config.ProjectConfig) {
  const state = runState()
  // Where Jest watches, it is here again for each rerun.
  for (const iris of state.held?.irises ?? []) await iris.reload()
  if (!isWithout(projectConfig))
    state.held ??= await acquire(globalConfig, optionsOf(projectConfig) ?? state.options ?? {})
  await callHooks('globalSetup', globalConfig, projectConfig).catch(async (error) => {
    // Jest never calls the teardown when the set-up throws.
    await state.held?.end()
    throw error
  })
}

/** Jest gives a project that has this set-up if one of them runs, and else any. */
function isWithout({ globalSetup: own }: Config.ProjectConfig): boolean {
  const { isPartial, hasFolders } = runState()
  return own !== HOOKS.globalSetup && isPartial === true && !hasFolders
}

async function acquire(globalConfig: Config.GlobalConfig, options: IrisOptions) {
  const { rootDir, maxWorkers } = globalConfig
  const { iris, instances, release } = await shareIris({
    projectPath: rootDir,
    workers: maxWorkers,
    ...options,
    runner: 'jest',
  })
  const all = Object.entries(instances).map(([name, one]) => [name, publishedIris(one)] as const)
  const hasFileNamespaces = [iris, ...Object.values(instances)].some(({ files }) => files !== undefined)
  const server = await serveRun(all.length === 0 ? { '': iris } : instances)
  const run: PublishedRun = {
    ...publishedIris(iris),
    instances: Object.fromEntries(all),
    options,
    external: iris.container === undefined,
    holder: server.address,
    namespaceServer: hasFileNamespaces ? server.address : undefined,
    failureMark: join(temporaryFolder(), `iris-devtester-jest-${randomUUID()}.failed`),
  }
  // Workers inherit this process's environment, also for projects without IRIS.
  const restore = isForAll(globalConfig)
    ? publishEnvironment(run.info, Object.fromEntries(all.map(([name, { info }]) => [name, info])))
    : () => {}
  process.env[RUN_VARIABLE] = JSON.stringify(run)
  const end = async () => {
    delete runState().held
    delete process.env[RUN_VARIABLE]
    rmSync(run.failureMark, { force: true })
    restore()
    await server.close()
    await release()
  }
  const irises = [...new Set([iris, ...Object.values(instances)])]
  return { irises, failureMark: run.failureMark, end }
}

function publishedIris({ connection, namespaces, reset, onFailure }: AcquiredIris): PublishedIris {
  return { info: connection.info, namespaces, reset, onFailure }
}

/** Whether every project of the run has IRIS: the configuration around them all has it, and none of them is without. */
function isForAll({ globalSetup: ofAll, projects }: Config.GlobalConfig): boolean {
  return projects.length <= 1 || (ofAll === HOOKS.globalSetup && !runState().isPartial)
}
