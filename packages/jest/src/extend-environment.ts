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
    #connections: Connections | undefined
    /** Those whose tables go back before each test. */
    readonly #each: Fresh[] = []
    #restore: (() => void) | undefined
    readonly #failed = new Set<TestEvent['test']>()

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
      if (!this.#connections) this.#connect(await acquireForTestFile(this.#config, this.#wanted ?? {}))
      await this.#startFresh(this.#connections as unknown as Connections)
    }

    override async teardown(): Promise<void> {
      await Promise.all(this.#each.map(({ connection }) => connection.close()))
      await this.#connection?.close()
      this.#restore?.()
      await super.teardown()
    }

    /** Jest's own runner reports what happens to its tests here. */
    override async handleTestEvent(event: TestEvent, state: unknown): Promise<void> {
      if (event.name === 'test_start') {
        for (const { connection, except } of this.#each) await connection.reset({ except })
      }
      this.#noteFailures(event)
      const { handleTestEvent } = Environment.prototype as JestEnvironment
      await handleTestEvent?.call(this, event, state)
    }

    /** A test that is run again may pass: what has failed is known when the file's run ends. */
    #noteFailures({ name, test }: TestEvent): void {
      if (name === 'test_done' && test.errors.length > 0) this.#failed.add(test)
      if (name === 'test_retry') this.#failed.delete(test)
      const run = publishedRun()
      if (run && name === 'run_finish' && this.#failed.size > 0) writeFileSync(run.failureMark, '')
    }

    /** The tables of this worker's namespaces are what they were after set-up. */
    async #startFresh({ instances, ...main }: Connections): Promise<void> {
      const several = Object.values(instances)
      for (const { info, reset } of several.length > 0 ? several : [main]) {
        if (reset.when === false) continue
        const connection = connectIris(info)
        try {
          await connection.startFresh(reset)
        } finally {
          // The test file opens its own: two would take two units of the licence.
          if (reset.when === 'file') await connection.close()
        }
        if (reset.when === 'each') this.#each.push({ connection, except: reset.except })
      }
    }

    #connect(connections: Connections): void {
      this.#connections = connections
      const { info, instances } = connections
      const { global } = this
      const connection = connectIris(info)
      useOwnRealm(connection, global)
      const variables = Object.assign(
        {},
        ...Object.entries(instances).map(([name, one]) => toInstanceEnvironment(one.info, name)),
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

/** A connection of ours to tables that go back before each test. */
interface Fresh {
  readonly connection: IrisConnection
  readonly except: readonly string[]
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
