/**
 * What the plugin adds to the configuration's `globalSetup`; on its own, for configurations without plugins.
 *
 * @module
 */

import { fileURLToPath } from 'node:url'
import { type AcquiredIris, publishEnvironment, shareIris } from '@iris-devtester/core'
import { type RunServer, serveRun } from '@iris-devtester/core/run'
import type { TestProject } from 'vitest/node'
import { adviseOnPool } from './advise-on-pool.ts'
import { checkFileIsolation } from './check-file-isolation.ts'
import { showLogOnFailure } from './log-reporter.ts'
import type { ProvidedInstance, ProvidedIris } from './provided-iris.ts'
import { addWorkerSetup, isInBrowser, isListing, isUsedByAll, optionsOf, projectsOf, workersOfRun } from './runner.ts'
import { shownError } from './shown-error.ts'
import { watchOutside } from './watch-loaded.ts'

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
  const file = fileURLToPath(import.meta.url)
  const projects = projectsOf(project, file)
  const [first] = projects
  if (!first || (await isListing())) return undefined
  const { vitest } = project
  const { iris, instances, release } = await shareIris(
    {
      projectPath: vitest.config.root,
      workers: workersOfRun(project, file),
      ...optionsOf(first),
      runner: 'vitest',
    },
    vitest,
  ).catch((error) => {
    throw shownError(error)
  })
  let server: RunServer | undefined
  const end = async () => {
    await server?.close()
    await release()
  }
  try {
    const ofInstances = Object.entries(instances).map(([name, one]) => [name, provideInstance(one)] as const)
    const hasFileNamespaces = [iris, ...Object.values(instances)].some(({ files }) => files !== undefined)
    server = await serveRun(ofInstances.length === 0 ? { '': iris } : instances)
    const provided: ProvidedIris = {
      ...provideInstance(iris),
      instances: Object.fromEntries(ofInstances),
      holder: server.address,
      hasFileNamespaces,
    }
    for (const one of projects) {
      if (hasFileNamespaces) checkFileIsolation(one)
      one.provide('iris', provided)
      // A browser has neither environment variables nor the modules that read them.
      if (!isInBrowser(one)) addWorkerSetup(one)
      adviseOnPool(one)
    }
    const irises = [...new Set([iris, ...Object.values(instances)])]
    const hideLog = showLogOnFailure(project, irises)
    watchOutside(vitest, optionsOf(first) ?? {})
    project.onTestsRerun(async () => {
      const failures: string[] = []
      for (const one of irises) {
        await one.reload().catch((error) => failures.push(String(shownError(error))))
      }
      // No test passes on what was loaded before: each file fails with the reason.
      const loadFailure = failures.length > 0 ? failures.join('\n') : undefined
      for (const one of projects) one.provide('iris', { ...provided, loadFailure })
      if (loadFailure !== undefined) vitest.logger.error(loadFailure)
    })
    // Workers inherit this process's environment, also those of projects that don't use IRIS.
    const restore = isUsedByAll(project, file)
      ? publishEnvironment(iris.connection.info, Object.fromEntries(ofInstances))
      : () => {}
    return async () => {
      hideLog()
      restore()
      await end()
    }
  } catch (error) {
    // Vitest never calls a teardown when the set-up throws.
    await end()
    throw shownError(error)
  }
}

function provideInstance({ connection, namespaces, reset, onFailure }: AcquiredIris): ProvidedInstance {
  return { ...connection.info, namespaces, reset, onFailure }
}
