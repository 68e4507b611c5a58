import { type IrisConnectionInfo, publishEnvironment } from '@iris-devtester/core'
import type { FullConfig } from '@playwright/test'
import { type IrisOptions, projectOf, runOptions } from './iris-options.ts'
import { askServer, askServerOrStart } from './server/ask-server.ts'

/**
 * Playwright's global set-up, for configurations without a `webServer`: acquires the project's IRIS before the first test
 * and sets the `IRIS_*` variables that workers inherit. Options are read from the first project's `use`.
 *
 * @returns the teardown.
 * @throws what `acquireIris` throws; nothing is left behind then.
 */
export default async function setup(config: FullConfig): Promise<() => Promise<void>> {
  const use = (config.projects[0]?.use ?? {}) as Partial<IrisOptions>
  const wanted = { projectPath: projectOf(config), workers: config.workers, ...runOptions(use) }
  const restore = publishEnvironment(await askServerOrStart<IrisConnectionInfo>(process.pid, 'connection/0', wanted))
  return async () => {
    restore()
    await askServer(process.pid, 'end')
  }
}
