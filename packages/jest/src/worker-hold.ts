import type { AcquiredIris } from '@iris-devtester/core'
import { fromEnvironment, type IrisConnectionInfo } from '@iris-devtester/core/connection'
import { optionsOf } from './iris-options.ts'
import type { EnvironmentConfig } from './jest-types.ts'
import { publishedRun } from './published-run.ts'

/** Jest kills a worker 500 ms after it told it to end, and then complains of it. */
const RELEASE_LIMIT_MS = 400

/** This process's holds, from one test file to the next. */
const held = new Map<AcquiredIris, () => Promise<void>>()

/** Acquires what a test file asks for, once in this process, and publishes it until `restore` is called. */
export async function borrowIris({ globalConfig, projectConfig }: EnvironmentConfig): Promise<{
  readonly info: IrisConnectionInfo
  readonly restore: () => void
}> {
  // Workers that pick from the global set-up's IRIS never load this.
  const { publishEnvironment, shareIris } = await import('@iris-devtester/core')
  const run = publishedRun()
  // What our own global set-up has published is no server of the user's.
  if (run && !run.external) publishEnvironment(fromEnvironment())
  const { isolation, ...options } = { ...run?.options, ...optionsOf(projectConfig) }
  const { iris, release } = await shareIris({
    projectPath: globalConfig.rootDir,
    quiet: Number(process.env.JEST_WORKER_ID ?? 1) > 1 || undefined,
    ...options,
    // A worker is a run of its own to the lease: it knows nothing of the others.
    isolation: isolation === 'shared' ? 'shared' : 'run',
    workers: 1,
    runner: 'jest',
  })
  if (held.has(iris)) await release()
  else hold(iris, release)
  const { info } = iris.connection
  return { info, restore: publishEnvironment(info) }
}

/** Jest tells a worker nothing before it ends it; what is cut off here, the reaper does. */
function hold(iris: AcquiredIris, release: () => Promise<void>): void {
  if (held.size === 0) process.once('beforeExit', releaseAll)
  held.set(iris, release)
}

async function releaseAll(): Promise<void> {
  const limit = setTimeout(() => process.exit(), RELEASE_LIMIT_MS)
  await Promise.allSettled([...held.values()].map((release) => release()))
  held.clear()
  clearTimeout(limit)
}
