import {
  connectIris,
  type IrisConnection,
  type IrisConnectionInfo,
  toEnvironment,
} from '@iris-devtester/core/connection'
import type { Fixtures } from '@playwright/test'
import { type IrisOptions, projectOf, runOptions } from './iris-options.ts'
import { askServer, askServerOrStart } from './server/ask-server.ts'
import { BACKSTOP_MS } from './server/server-options.ts'

export type { IrisOptions } from './iris-options.ts'

/** What the fixtures give a worker. */
export interface IrisWorkerFixtures extends IrisOptions {
  /**
   * A connection to the namespace of this worker's place in the run (`parallelIndex`): a worker that takes over after a
   * failed test finds what the one before it left.
   */
  iris: IrisConnection
}

/** What the fixtures give a test. */
export interface IrisTestFixtures {
  /** Attaches what is new in the container's log to the report of a failed test. */
  irisLog: undefined
}

/**
 * The fixtures, for a `test` of your own: `base.extend<IrisTestFixtures, IrisWorkerFixtures>(irisFixtures())`.
 *
 * @param defaults the options' values where the configuration's `use` says nothing.
 */
export function irisFixtures(defaults: Partial<IrisOptions> = {}): Fixtures<IrisTestFixtures, IrisWorkerFixtures> {
  const option = { scope: 'worker', option: true } as const
  return {
    irisImage: [defaults.irisImage, option],
    irisNamespace: [defaults.irisNamespace, option],
    irisIsolation: [defaults.irisIsolation, option],
    irisKeep: [defaults.irisKeep, option],
    irisLogLines: [defaults.irisLogLines ?? 50, option],
    iris: [
      async ({ irisImage, irisNamespace, irisIsolation, irisKeep }, use, { config, parallelIndex }) => {
        const wanted = runOptions({ irisImage, irisNamespace, irisIsolation, irisKeep })
        const info = await askServerOrStart<IrisConnectionInfo>(process.ppid, `connection/${parallelIndex}`, {
          projectPath: projectOf(config),
          workers: config.workers,
          ...wanted,
        })
        Object.assign(process.env, toEnvironment(info))
        const connection = connectIris(info)
        await use(connection)
        await connection.close()
      },
      { scope: 'worker', title: 'InterSystems IRIS', timeout: BACKSTOP_MS },
    ],
    irisLog: [
      async ({ irisLogLines }, use, testInfo) => {
        await use(undefined)
        if (testInfo.status === testInfo.expectedStatus || irisLogLines === 0) return
        const log = await askServer<string>(process.ppid, `log/${irisLogLines}`).catch(() => undefined)
        if (log) await testInfo.attach('IRIS log', { body: log, contentType: 'text/plain' })
      },
      { auto: true, box: true },
    ],
  }
}
