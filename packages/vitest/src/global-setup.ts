/**
 * What the plugin adds to the configuration's `globalSetup`; on its own, for configurations without plugins.
 *
 * @module
 */

import { fileURLToPath } from 'node:url'
import { type AcquiredIris, publishEnvironment, shareIris } from '@iris-devtester/core'
import type { TestProject } from 'vitest/node'
import { adviseOnPool } from './advise-on-pool.ts'
import type { IrisOptions } from './iris-options.ts'
import { showLogOnFailure } from './log-reporter.ts'
import { OPTIONS_KEY } from './plugin.ts'
import type { ProvidedInstance, ProvidedIris } from './provided-iris.ts'
import { addWorkerSetup, hasTests, isInBrowser, isListing, isUsedByAll, workersOf } from './runner.ts'
import { shownError } from './shown-error.ts'

export type { ProvidedInstance, ProvidedIris } from './provided-iris.ts'

/**
 * Vitest's global set-up: acquires the project's IRIS, provides it as `iris`, and sets the `IRIS_*` variables of the workers.
 * Vitest runs it once for each of its projects that has it; those with equal options share one hold. A project without it
 * runs as if this package weren't installed.
 *
 * @returns the teardown.
 * @throws what `acquireIris` throws; nothing is left behind then.
 */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  // Projects that use IRIS have this set-up themselves; the root's would start one for those that don't.
  if (!hasTests(project) || (await isListing())) return undefined
  const given = (project.config.provide as Record<string, unknown> | undefined)?.[OPTIONS_KEY] as
    | IrisOptions
    | undefined
  const { root } = project.vitest.config
  const { iris, instances, release } = await shareIris({
    projectPath: root,
    workers: workersOf(project.vitest.config),
    ...given,
    runner: 'vitest',
  }).catch((error) => {
    throw shownError(error)
  })
  try {
    const providedInstances = mapValues(instances, provideInstance)
    const provided: ProvidedIris = { ...provideInstance(iris), instances: providedInstances }
    project.provide('iris', provided)
    // A browser has neither environment variables nor the modules that read them.
    if (!isInBrowser(project)) addWorkerSetup(project)
    adviseOnPool(project)
    const hideLog = showLogOnFailure(project, [...new Set([iris, ...Object.values(instances)])])
    // Workers inherit this process's environment, also those of projects that don't use IRIS.
    const isForAll = isUsedByAll(project, OPTIONS_KEY, fileURLToPath(import.meta.url))
    const restore = isForAll ? publishEnvironment(iris.connection.info, providedInstances) : () => {}
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

function provideInstance({ connection, namespaces }: AcquiredIris): ProvidedInstance {
  return { ...connection.info, namespaces }
}

function mapValues<From, To>(record: Readonly<Record<string, From>>, map: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]))
}
