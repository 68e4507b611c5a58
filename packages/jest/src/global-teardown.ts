import type { Config } from '@jest/types'
import { callHooks } from './call-hooks.ts'
import { runState } from './run-state.ts'

const TAIL_LINES = 20

/** Jest's global teardown: runs the user's own, then gives the IRIS back, unless Jest watches and will be here again. */
export default async function globalTeardown(globalConfig: Config.GlobalConfig, projectConfig: Config.ProjectConfig) {
  const state = runState()
  try {
    await callHooks('globalTeardown', globalConfig, projectConfig)
  } finally {
    const { held } = state
    if (held) {
      // Jest tells how the run went only after this.
      state.logTail = await held.iris.logTail(TAIL_LINES).catch(() => [])
      if (!globalConfig.watch && !globalConfig.watchAll) await held.end()
    }
  }
}
