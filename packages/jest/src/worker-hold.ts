import { isMainThread } from 'node:worker_threads'
import type { AcquiredIris } from '@iris-devtester/core'
import { fromEnvironment } from '@iris-devtester/core/connection'
import type { JestEnvironmentConfig } from '@jest/environment'
import { optionsOf } from './iris-options.ts'
import { publishedRun } from './published-run.ts'

const isWorker = process.send !== undefined || !isMainThread
/** Jest kills a worker 500 ms after it told it to end; of itself it says after 1 s that something keeps it. */
const RELEASE_LIMIT_MS = isWorker ? 300 : 900

/** This process's holds, from one test file to the next. */
const held = new Map<AcquiredIris, () => Promise<void>>()

/** Acquires what a test file asks for, once in this process, and publishes it until `restore` is called. */
export async function acquireForTestFile({ globalConfig, projectConfig }: JestEnvironmentConfig) {
  // Workers that pick from the global set-up's IRIS never load this.
  const { publishEnvironment, shareIris } = await import('@iris-devtester/core')
  const run = publishedRun()
  // What our own global set-up has published is no server of the user's.
  if (run && !run.external) publishEnvironment(fromEnvironment())
  const options = { ...run?.options, ...optionsOf(projectConfig) }
  // A worker is a run of its own to the lease: it knows nothing of the others.
  const isolation = options.isolation === 'shared' ? 'shared' : 'run'
  const quiet = process.env.JEST_WORKER_ID !== '1' || undefined
  const own = { projectPath: globalConfig.rootDir, quiet, ...options, isolation, workers: 1, runner: 'jest' } as const
  const { iris, release } = await shareIris(own)
  if (held.has(iris)) await release()
  else held.set(iris, release)
  process.off('beforeExit', releaseAll).once('beforeExit', releaseAll)
  const { info } = iris.connection
  return { info, restore: publishEnvironment(info) }
}

/** Jest tells a worker nothing before it ends it; what is cut off here, the reaper does. */
async function releaseAll(): Promise<void> {
  setTimeout(() => process.exit(), RELEASE_LIMIT_MS).unref()
  await Promise.allSettled([...held.values()].map((release) => release()))
}
