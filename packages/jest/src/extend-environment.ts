import { writeFileSync } from 'node:fs'
import {
  connectIris,
  type IrisConnection,
  type SqlResult,
  toEnvironment,
  toInstanceEnvironment,
} from '@iris-devtester/core/connection'
import type { JestEnvironmentConfig } from '@jest/environment'
import type { EnvironmentClass, JestEnvironment, TestEvent } from './environment-class.ts'
import { type IrisOptions, PROJECT_OPTIONS, wantedBy } from './iris-options.ts'
import { type Connections, connectionsInRun, publishedRun } from './published-run.ts'
import { acquireForTestFile } from './worker-hold.ts'

const OPTIONS_PRAGMA = 'jest-environment-options'

/**
 * Gives any Jest environment this worker's IRIS: `globalThis.iris`, and the `IRIS_*` variables before the code under test
 * is loaded. Where the global set-up has acquired the run's IRIS it only picks the worker's namespace; otherwise this
 * worker acquires its own hold, and keeps it until its end.
 */
export function extendEnvironment(Environment: EnvironmentClass): EnvironmentClass {
  return class IrisEnvironment extends Environment {
    readonly #config: JestEnvironmentConfig
    readonly #wanted: IrisOptions | undefined
    #connection: IrisConnection | undefined
    #restore: (() => void) | undefined

    constructor(config: JestEnvironmentConfig, context: { readonly docblockPragmas?: object } | undefined) {
      super(config as never, context as never)
      this.#config = config
      // Jest makes globals of the environment's options.
      Reflect.deleteProperty(this.global, PROJECT_OPTIONS)
      const hasDocblock = Object.hasOwn(context?.docblockPragmas ?? {}, OPTIONS_PRAGMA)
      this.#wanted = wantedBy(config, hasDocblock, publishedRun()?.options)
      const connections = connectionsInRun(this.#wanted)
      // Jest loads `setupFiles` before it calls setup().
      if (connections) this.#connect(connections)
    }

    override async setup(): Promise<void> {
      await super.setup()
      if (this.#connection) return
      this.#connect(await acquireForTestFile(this.#config, this.#wanted ?? {}))
    }

    override async teardown(): Promise<void> {
      await this.#connection?.close()
      this.#restore?.()
      await super.teardown()
    }

    /** Jest's own runner reports what happens to its tests here. */
    override handleTestEvent(event: TestEvent, state: unknown): void | Promise<void> {
      const run = publishedRun()
      if (run && event.name === 'test_done' && event.test.errors.length > 0) writeFileSync(run.failureMark, '')
      const { handleTestEvent } = Environment.prototype as JestEnvironment
      return handleTestEvent?.call(this, event, state)
    }

    #connect({ info, instances }: Connections): void {
      const { global } = this
      const connection = connectIris(info)
      useOwnRealm(connection, global)
      const variables = Object.assign(
        {},
        ...Object.entries(instances).map(([name, one]) => toInstanceEnvironment(one, name)),
        toEnvironment(info),
      )
      // The test file sees a copy of the process's variables, and the processes it starts see the originals.
      this.#restore = setVariables(process.env, variables)
      Object.assign(global.process.env, variables)
      global.iris = connection
      this.#connection = connection
    }
  }
}

/** Rows made of the test file's own Object and Array, or toStrictEqual() would tell them apart. */
function useOwnRealm(connection: IrisConnection, { Array: OwnArray, Object: OwnObject }: typeof globalThis): void {
  const sql: (...statement: unknown[]) => Promise<SqlResult<object>> = connection.sql.bind(connection) as never
  const own = async (...statement: unknown[]) => {
    const result = await sql(...statement)
    const rows = result.map((row) => (Array.isArray(row) ? OwnArray.from(row) : OwnObject.assign(new OwnObject(), row)))
    const { rowCount, identity } = OwnObject.getOwnPropertyDescriptors(result)
    return OwnObject.defineProperties(OwnArray.from(rows), { rowCount, identity } as PropertyDescriptorMap)
  }
  connection.sql = own as never
}

/** The next file in this process may be of a project without IRIS. */
function setVariables(env: NodeJS.ProcessEnv, variables: Readonly<Record<string, string>>): () => void {
  const before = Object.fromEntries(Object.keys(variables).map((name) => [name, env[name]]))
  Object.assign(env, variables)
  return () => {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete env[name]
      else env[name] = value
    }
  }
}
