import { isMainThread } from 'node:worker_threads'
import type { AcquiredIris } from '@iris-devtester/core'
import type { FailedIn } from '@iris-devtester/core/run'
import type { JestEnvironmentConfig } from '@jest/environment'
import type { IrisOptions } from './iris-options.ts'
import { type Connections, inFreshNamespaces, publishedRun } from './published-run.ts'

const isWorker = process.send !== undefined || !isMainThread
/** Jest kills a worker 500 ms after it told it to end; of itself it says after 1 s that something keeps it. */
const RELEASE_LIMIT_MS = isWorker ? 300 : 900

/** This process's holds, from one test file to the next. */
const held = new Map<AcquiredIris, () => Promise<void>>()

/** Acquires what a test file asks for, once in this process. */
export async function acquireForTestFile(
  { globalConfig }: JestEnvironmentConfig,
  wanted: IrisOptions,
): Promise<Connections> {
  // Workers that pick from the global set-up's IRIS never load this.
  const { publishEnvironment, shareIris } = await import('@iris-devtester/core')
  const run = publishedRun()
  if (run && !run.external) {
    // What our own global set-up has published is no server of the user's: it is told so, and taken back for the while.
    publishEnvironment(run.info, mapInfo(run.instances))()
  }
  // A worker is a run of its own to the lease: it knows nothing of the others.
  const isolation = wanted.isolation === 'shared' || wanted.isolation === 'file' ? wanted.isolation : 'run'
  const quiet = process.env.JEST_WORKER_ID !== '1' || undefined
  const wantedReset = wanted.reset ?? (isolation === 'run' ? 'file' : false)
  const request = {
    projectPath: globalConfig.rootDir,
    quiet,
    ...wanted,
    isolation,
    reset: wantedReset,
    workers: 1,
    runner: 'jest',
  } as const
  const { iris, instances, release } = await shareIris(request)
  if (held.has(iris)) await release()
  else held.set(iris, release)
  process.off('beforeExit', releaseAll).once('beforeExit', releaseAll)
  const connections = Object.entries(instances).map(
    ([name, one]) => [name, { info: one.connection.info, reset: one.reset, onFailure: one.onFailure }] as const,
  )
  const { info } = iris.connection
  // Marks them as our own for a later file of this process.
  publishEnvironment(info, mapInfo(Object.fromEntries(connections)))()
  const irises = [iris, ...Object.values(instances)]
  const keep = async ({ port, namespace, test }: FailedIn) => {
    const failedIn = irises.find(({ connection }) => connection.port === port) ?? iris
    // The test has failed already.
    return await failedIn.keepCopy(namespace, test).then(
      ({ text }) => text,
      ({ message }: Error) => message,
    )
  }
  const { reset, onFailure } = iris
  const own = { info, reset, onFailure, keep, instances: Object.fromEntries(connections) }
  if (isolation !== 'file') return own
  return await inFreshNamespaces(own, async (name) => {
    const { files, connection } = instances[name] ?? iris
    return files ? await files.take('1') : connection.namespace
  })
}

function mapInfo<Info>(instances: Readonly<Record<string, { readonly info: Info }>>): Record<string, Info> {
  return Object.fromEntries(Object.entries(instances).map(([name, { info }]) => [name, info]))
}

/** Jest tells a worker nothing before it ends it; what is cut off here, the reaper does. */
async function releaseAll(): Promise<void> {
  setTimeout(() => process.exit(), RELEASE_LIMIT_MS).unref()
  await Promise.allSettled([...held.values()].map((release) => release()))
}
