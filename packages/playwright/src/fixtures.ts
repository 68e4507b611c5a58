import {
  connectIris,
  describeStatements,
  type IrisConnection,
  takeStatements,
  toEnvironment,
  toInstanceEnvironment,
} from '@iris-devtester/core/connection'
import { checkOnFailure, connectionsOfRun, keepNamespacesOfRun, newLogOfRun } from '@iris-devtester/core/run'
import type { Fixtures } from '@playwright/test'
import { hasFailed, nameOf } from './failed-test.ts'
import { checkUse, type IrisOptions, requestOf } from './iris-options.ts'
import { putBack } from './put-back.ts'

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
  /** Puts tables back before a file, where the option `irisReset` asks for it: before its `beforeAll` hooks. */
  irisFreshFile: undefined
  /** Puts tables back before a test, where the option `irisReset` asks for it. */
  irisFresh: undefined
  /** Keeps a copy of the namespace of a failed test, where the option `irisOnFailure` asks for it. */
  irisKept: undefined
  /** Attaches what a failed test has last asked of IRIS to its report. */
  irisStatements: undefined
  /** Attaches the container's log since a failed test began to its report; where there is none, what is new in it. */
  irisLog: undefined
}

/** The file that this worker's tables were last put back for. */
let freshFor: string | undefined

/**
 * As Playwright's own fixtures have it that are set up for hooks as well. Where it means nothing, tables go back behind the
 * first `beforeAll` of a file.
 */
const BEFORE_ALL = 'all-hooks-included' as unknown as true

/** Core has deadlines of its own, the image's pull apart; Playwright's may only come after them. In ms. */
const OUTER_TIMEOUT_MS = 30 * 60_000

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
    irisInstance: [defaults.irisInstance, option],
    irisShare: [defaults.irisShare, option],
    irisIsolation: [defaults.irisIsolation, option],
    irisKeep: [defaults.irisKeep, option],
    irisReplace: [defaults.irisReplace, option],
    irisReset: [defaults.irisReset ?? false, option],
    irisResetExcept: [defaults.irisResetExcept, option],
    irisOnFailure: [defaults.irisOnFailure, option],
    irisLogLines: [defaults.irisLogLines ?? 50, option],
    iris: [
      async (
        { irisImage, irisNamespace, irisInstance, irisShare, irisIsolation, irisKeep, irisReplace },
        use,
        { config, parallelIndex, project },
      ) => {
        checkUse(project.use)
        const isolation = { irisIsolation, irisKeep, irisReplace }
        const request = requestOf(config, { irisImage, irisNamespace, irisInstance, irisShare, ...isolation })
        // A worker's parent is the runner.
        const { info, instances } = await connectionsOfRun(process.ppid, parallelIndex + 1, request)
        for (const [name, one] of Object.entries(instances))
          Object.assign(process.env, toInstanceEnvironment(one, name))
        Object.assign(process.env, toEnvironment(info))
        const connection = connectIris(info)
        await use(connection)
        await connection.close()
      },
      { scope: 'worker', title: 'InterSystems IRIS', timeout: OUTER_TIMEOUT_MS },
    ],
    irisFreshFile: [
      async (
        {
          irisReset,
          irisResetExcept,
          irisImage,
          irisNamespace,
          irisInstance,
          irisShare,
          irisIsolation,
          irisKeep,
          irisReplace,
        },
        use,
        testInfo,
      ) => {
        checkUse(testInfo.project.use)
        if (irisReset !== false && testInfo.file !== freshFor) {
          const where = { irisImage, irisNamespace, irisInstance, irisShare, irisIsolation, irisKeep, irisReplace }
          await putBack({ ...where, irisReset, irisResetExcept }, testInfo)
          freshFor = testInfo.file
        }
        await use(undefined)
      },
      { auto: BEFORE_ALL, title: 'InterSystems IRIS reset', timeout: OUTER_TIMEOUT_MS },
    ],
    irisFresh: [
      async (
        {
          irisReset,
          irisResetExcept,
          irisImage,
          irisNamespace,
          irisInstance,
          irisShare,
          irisIsolation,
          irisKeep,
          irisReplace,
        },
        use,
        testInfo,
      ) => {
        if (irisReset === 'each') {
          const where = { irisImage, irisNamespace, irisInstance, irisShare, irisIsolation, irisKeep, irisReplace }
          await putBack({ ...where, irisReset, irisResetExcept }, testInfo)
        }
        await use(undefined)
      },
      { auto: true, title: 'InterSystems IRIS reset', timeout: OUTER_TIMEOUT_MS },
    ],
    irisKept: [
      async (
        { irisOnFailure, irisImage, irisNamespace, irisInstance, irisShare, irisIsolation, irisKeep, irisReplace },
        use,
        testInfo,
      ) => {
        checkOnFailure('irisOnFailure', irisOnFailure)
        await use(undefined)
        const { config, parallelIndex } = testInfo
        if (!hasFailed(testInfo) || irisOnFailure === 'drop') return
        const isolation = { irisIsolation, irisKeep, irisReplace }
        const wanted = requestOf(config, { irisImage, irisNamespace, irisInstance, irisShare, ...isolation })
        const failed = { worker: parallelIndex + 1, test: nameOf(testInfo), wanted, onFailure: irisOnFailure }
        const text = await keepNamespacesOfRun(process.ppid, failed)
        if (text === '') return
        console.error(text)
        await testInfo.attach('IRIS namespace', { body: text, contentType: 'text/plain' })
      },
      { auto: true, box: true, title: 'InterSystems IRIS namespace', timeout: OUTER_TIMEOUT_MS },
    ],
    irisStatements: [
      async ({}, use, testInfo) => {
        takeStatements()
        await use(undefined)
        const body = describeStatements(takeStatements())
        if (testInfo.status === testInfo.expectedStatus || body === '') return
        await testInfo.attach('iris-statements.txt', { body, contentType: 'text/plain' })
      },
      { auto: true, box: true },
    ],
    irisLog: [
      async ({ irisLogLines }, use, testInfo) => {
        const began = Date.now()
        await use(undefined)
        if (testInfo.status === testInfo.expectedStatus || irisLogLines === 0) return
        // The test has failed already: a log that can't be read only leaves the report shorter.
        const log = await newLogOfRun(process.ppid, irisLogLines, began).catch(() => '')
        if (log !== '') await testInfo.attach('IRIS log', { body: log, contentType: 'text/plain' })
      },
      { auto: true, box: true },
    ],
  }
}
