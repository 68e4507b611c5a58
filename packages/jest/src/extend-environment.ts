import { writeFileSync } from 'node:fs'
import {
  connectIris,
  describeStatements,
  type IrisConnection,
  resetBeforeTest,
  type SqlResult,
  type StatementRecord,
  takeStatements,
  toEnvironment,
  toInstanceEnvironment,
} from '@iris-devtester/core/connection'
import type { JestEnvironmentConfig } from '@jest/environment'
import type { EnvironmentClass, JestEnvironment, TestEvent } from './environment-class.ts'
import { type IrisOptions, PROJECT_OPTIONS, wantedBy } from './iris-options.ts'
import { hasFailed, keepOnFailure, nameOf } from './keep-on-failure.ts'
import { type Connections, connectionsInRun, inFreshNamespaces, publishedRun } from './published-run.ts'
import { acquireForTestFile } from './worker-hold.ts'

/** How many of a failed test's last statements its output shows. */
const SHOWN_STATEMENTS = 10

/** Where the next file of this worker connects, where that has to be known before anything can be awaited. */
let nextFile: Connections | undefined

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
    /** What the global set-up has published for this file. */
    readonly #inRun: Connections | undefined
    /** Those whose tables go back before each test. */
    readonly #each: Fresh[] = []
    #restore: (() => void) | undefined
    readonly #failed = new Set<TestEvent['test']>()
    readonly #testPath: string

    constructor(
      config: JestEnvironmentConfig,
      context: { readonly docblockPragmas?: object; readonly testPath?: string } | undefined,
    ) {
      super(config as never, context as never)
      this.#config = config
      this.#testPath = context?.testPath ?? ''
      // Jest makes globals of the environment's options.
      Reflect.deleteProperty(this.global, PROJECT_OPTIONS)
      const hasDocblock = Object.hasOwn(context?.docblockPragmas ?? {}, OPTIONS_PRAGMA)
      this.#wanted = wantedBy(config, hasDocblock, publishedRun()?.options)
      const connections = connectionsInRun(this.#wanted)
      this.#inRun = connections
      // Jest loads `setupFiles` before it calls setup().
      if (connections?.namespaceServer === undefined) {
        if (connections) this.#connect(connections)
      } else if (config.projectConfig.setupFiles.length > 0) {
        // The first file of a worker gets the namespace that was made for it; the others were told when the one before ended.
        this.#connect(nextFile ?? connections)
      }
    }

    override async setup(): Promise<void> {
      await super.setup()
      if (!this.#connections || this.#inRun?.namespaceServer !== undefined) {
        const connections = (this.#connections && nextFile) ?? (await this.#connectionsOfFile())
        nextFile = undefined
        this.#restore?.()
        this.#connect(connections)
      }
      await this.#startFresh(this.#connections as unknown as Connections)
    }

    /** Those of a namespace that no file has had before, or those of this worker's own hold. */
    async #connectionsOfFile(): Promise<Connections> {
      const inRun = this.#inRun
      const address = inRun?.namespaceServer
      if (!inRun || address === undefined) return await acquireForTestFile(this.#config, this.#wanted ?? {})
      const { takeNamespace } = await import('@iris-devtester/core/run')
      return await inFreshNamespaces(inRun, (instance) => takeNamespace(address, workerId(), instance))
    }

    override async teardown(): Promise<void> {
      await Promise.all(this.#each.map(({ connection }) => connection.close()))
      await this.#connection?.close()
      this.#restore?.()
      if (this.#inRun?.namespaceServer !== undefined && this.#config.projectConfig.setupFiles.length > 0) {
        // Its reason is the next file's, which asks again.
        nextFile = await this.#connectionsOfFile().catch(() => undefined)
      }
      await super.teardown()
    }

    /** Jest's own runner reports what happens to its tests here. */
    override async handleTestEvent(event: TestEvent, state: unknown): Promise<void> {
      if (event.name === 'test_start') {
        this.#takeStatements()
        await this.#resetBefore(event.test)
      }
      this.#noteFailures(event)
      if (event.name === 'test_done') await this.#reportIfFailed(event)
      const { handleTestEvent } = Environment.prototype as JestEnvironment
      await handleTestEvent?.call(this, event, state)
    }

    /** A test whose tables can't go back fails, as by a hook of its own; the tests after it are run. */
    async #resetBefore({ concurrent, errors }: TestEvent['test']): Promise<void> {
      for (const { connection, except } of this.#each) {
        await resetBeforeTest(connection, { except }, !concurrent).catch((error) => errors.push(error))
      }
    }

    /** A test that is run again may pass: what has failed is known when the file's run ends. */
    #noteFailures({ name, test }: TestEvent): void {
      if (name === 'test_done' && test.errors.length > 0) this.#failed.add(test)
      if (name === 'test_retry') this.#failed.delete(test)
      const run = publishedRun()
      if (run && name === 'run_finish' && this.#failed.size > 0) writeFileSync(run.failureMark, '')
    }

    /** Those of our connection, and those of the test file's own. */
    #takeStatements(): StatementRecord[] {
      return [...takeStatements(), ...takeStatements(this.global)]
    }

    /** The test's own hooks have run by now, and the next test hasn't begun. */
    async #reportIfFailed({ test }: TestEvent): Promise<void> {
      if (!this.#connections || !hasFailed(test, this.global)) return
      const statements = describeStatements(this.#takeStatements(), SHOWN_STATEMENTS)
      if (statements !== '') this.global.console.error(statements)
      const name = nameOf(test, this.#testPath, this.#config.globalConfig.rootDir)
      for (const lines of await keepOnFailure(this.#connections, name)) this.global.console.error(lines)
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
        holderVariable(),
      )
      // The test file sees a copy of the process's variables, and the processes it starts see the originals.
      this.#restore = setVariables(process.env, variables)
      Object.assign(global.process.env, variables)
      global.iris = connection
      this.#connection = connection
    }
  }
}

/** Only a test file with IRIS is to know where to ask for snapshots. */
function holderVariable(): Record<string, string> {
  const run = publishedRun()
  return run ? { IRIS_DEVTESTER_HOLDER: run.holder } : {}
}

function workerId(): string {
  return process.env.JEST_WORKER_ID ?? '1'
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
