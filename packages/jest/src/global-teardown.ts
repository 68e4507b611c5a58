import { existsSync, rmSync } from 'node:fs'
import type { AcquiredIris } from '@iris-devtester/core'
import type { Config } from '@jest/types'
import { callHooks } from './call-hooks.ts'
import { runState } from './run-state.ts'

const TAIL_LINES = 20

/**
 * Jest's global teardown: runs the user's own, shows the containers' logs where a test has failed, then gives the IRIS back,
 * unless Jest watches and will be here again.
 */
export default async function globalTeardown(globalConfig: Config.GlobalConfig, projectConfig: Config.ProjectConfig) {
  try {
    await callHooks('globalTeardown', globalConfig, projectConfig)
  } finally {
    const { held } = runState()
    if (held) {
      if (existsSync(held.failureMark)) {
        // The next run of a Jest that watches starts without it.
        rmSync(held.failureMark)
        for (const iris of held.irises) await showLog(iris)
      }
      if (!globalConfig.watch && !globalConfig.watchAll) await held.end()
    }
  }
}

async function showLog(iris: AcquiredIris): Promise<void> {
  // The test has failed already: a log that can't be read only leaves the report shorter.
  const tail = await iris.logTail(TAIL_LINES).catch(() => [])
  if (tail.length === 0) return
  const lines = tail.map((line) => `  | ${line}`).join('\n')
  console.error(`\nIRIS log  ${iris.container?.name}, last ${tail.length} lines:\n${lines}`)
}
