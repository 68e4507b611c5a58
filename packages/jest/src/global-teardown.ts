import { userHooks } from './call-hooks.ts'
import type { GlobalConfig, ProjectConfig } from './jest-types.ts'
import { runState } from './run-state.ts'

const TAIL_LINES = 20

/** Jest's global teardown: runs the user's own, then gives the IRIS back, unless Jest watches and will be here again. */
export default async function globalTeardown(globalConfig: GlobalConfig, projectConfig: ProjectConfig): Promise<void> {
  const state = runState()
  try {
    for (const hook of await userHooks('globalTeardown', projectConfig.rootDir)) await hook(globalConfig, projectConfig)
  } finally {
    // Jest tells how the run went only after this.
    state.logTail = (await state.held?.iris.logTail(TAIL_LINES).catch(() => [])) ?? []
    if (!globalConfig.watch && !globalConfig.watchAll) await state.held?.end()
  }
}
