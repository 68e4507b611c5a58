import {
  connectIris,
  type IrisConnection,
  type IrisConnectionInfo,
  toEnvironment,
} from '@iris-devtester/core/connection'
import type { JestEnvironmentConfig } from '@jest/environment'
import type { EnvironmentClass } from './environment-class.ts'
import { optionsOf } from './iris-options.ts'
import { infoInRun } from './published-run.ts'
import { acquireForTestFile } from './worker-hold.ts'

/**
 * Gives any Jest environment this worker's IRIS: `globalThis.iris`, and the `IRIS_*` variables before the code under test
 * is loaded. Where the global set-up has acquired the run's IRIS it only picks the worker's namespace; otherwise this
 * worker acquires its own hold, and keeps it until its end.
 */
export function extendEnvironment(Environment: EnvironmentClass): EnvironmentClass {
  return class IrisEnvironment extends Environment {
    readonly #config: JestEnvironmentConfig
    #connection: IrisConnection | undefined
    #restore: (() => void) | undefined

    constructor(config: JestEnvironmentConfig, context: unknown) {
      super(config as never, context as never)
      this.#config = config
      const info = infoInRun(optionsOf(config.projectConfig))
      // Jest loads `setupFiles` before it calls setup().
      if (info) this.#connect(info)
    }

    override async setup(): Promise<void> {
      await super.setup()
      if (this.#connection) return
      const { info, restore } = await acquireForTestFile(this.#config)
      this.#restore = restore
      this.#connect(info)
    }

    override async teardown(): Promise<void> {
      await this.#connection?.close()
      this.#restore?.()
      await super.teardown()
    }

    #connect(info: IrisConnectionInfo): void {
      const { global } = this
      const connection = connectIris(info)
      const sql = connection.sql.bind(connection)
      // Rows made of the test file's own Object and Array, or toStrictEqual() would tell them apart.
      connection.sql = async (...statement) => global.JSON.parse(JSON.stringify(await sql(...statement)))
      // The test file sees a copy of the process's variables, and the processes it starts see the originals.
      for (const { env } of [process, global.process]) Object.assign(env, toEnvironment(info))
      global.iris = connection
      this.#connection = connection
    }
  }
}
