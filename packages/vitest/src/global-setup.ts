/**
 * What the plugin adds to the configuration's `globalSetup`; on its own, for configurations without plugins.
 *
 * @module
 */

import { type AcquireOptions, publishEnvironment, shareIris } from '@iris-devtester/core'
import type { TestProject } from 'vitest/node'
import { adviseOnPool } from './advise-on-pool.ts'
import { showLogOnFailure } from './log-reporter.ts'
import { OPTIONS_KEY } from './plugin.ts'
import type { ProvidedIris } from './provided-iris.ts'
import { addWorkerSetup, isListing, workersOf } from './runner.ts'
import { shownError } from './shown-error.ts'

export type { ProvidedIris } from './provided-iris.ts'

/**
 * Vitest's global set-up: acquires the project's IRIS, provides it as `iris`, and sets the `IRIS_*` variables that workers
 * inherit. Vitest may run it once for each of its projects; all of them share one IRIS.
 *
 * @returns the teardown.
 * @throws what `acquireIris` throws; nothing is left behind then.
 */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (isListing()) return undefined
  const given = (project.config.provide as Record<string, unknown> | undefined)?.[OPTIONS_KEY] as
    | AcquireOptions
    | undefined
  const { root } = project.vitest.config
  const { iris, release } = await shareIris({
    projectPath: root,
    workers: workersOf(project.vitest.config),
    ...given,
    runner: 'vitest',
  }).catch((error) => {
    throw shownError(error)
  })
  try {
    const provided: ProvidedIris = { ...iris.connection.info, namespaces: iris.namespaces }
    project.provide('iris', provided)
    addWorkerSetup(project)
    adviseOnPool(project)
    const hideLog = showLogOnFailure(project, iris)
    const restore = publishEnvironment(iris.connection.info)
    return async () => {
      hideLog()
      restore()
      await release()
    }
  } catch (error) {
    // Vitest never calls a teardown when the set-up throws.
    await release()
    throw error
  }
}
