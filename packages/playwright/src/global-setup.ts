/**
 * A global set-up, for configurations without a `webServer`.
 *
 * @module
 */

import { publishEnvironment } from '@iris-devtester/core'
import { connectionsOfRun, endRun } from '@iris-devtester/core/run'
import type { FullConfig } from '@playwright/test'
import { type IrisOptions, requestOf } from './iris-options.ts'

/**
 * Playwright's global set-up, for configurations without a `webServer`: acquires the project's IRIS before the first test
 * and sets the `IRIS_*` variables that workers inherit. Options are read from the first project's `use`.
 *
 * @returns the teardown.
 * @throws what `acquireIris` throws; nothing is left behind then.
 */
export default async function setup(config: FullConfig): Promise<() => Promise<void>> {
  const use = (config.projects[0]?.use ?? {}) as Partial<IrisOptions>
  try {
    const { info, instances } = await connectionsOfRun(process.pid, 1, requestOf(config, use))
    const restore = publishEnvironment(info, instances)
    return async () => {
      restore()
      await endRun(process.pid)
    }
  } catch (error) {
    await endRun(process.pid)
    throw error
  }
}
