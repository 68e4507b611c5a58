import { availableParallelism } from 'node:os'
import {
  announcedNames,
  announcedPattern,
  RUN_HOST_COMMAND,
  type RunRequest,
  runHostEnvironment,
} from '@iris-devtester/core/run'
import type { PlaywrightTestConfig } from '@playwright/test'
import { annotationEnvironment } from './annotations.ts'

/** Plain data, all optional. `projectPath` is the configuration's folder by default. */
export type IrisServerOptions = Omit<RunRequest, 'runner'>

type WebServer = Exclude<NonNullable<PlaywrightTestConfig['webServer']>, readonly unknown[]>

/** Namespaces beyond these are made when a worker asks: a Community licence has 8 connections. */
const MAX_NAMESPACES_AHEAD = 6
/** Core has deadlines of its own, the image's pull apart; Playwright's may only come after them. In ms. */
const OUTER_TIMEOUT_MS = 30 * 60_000
/** How long the run's end may take before the process is killed, in ms: IRIS gets 30 s to stop. */
const END_MS = 60_000
const GIVEN_VARIABLE = 'IRIS_DEVTESTER_GIVEN'

/**
 * The first entry of `webServer`: IRIS is up before the application under test, which finds it, like every worker, by the
 * `IRIS_*` environment variables. It ends with the runner, however that ends.
 *
 * ```ts
 * webServer: [irisServer(), { command: 'node src/server.js', port }]
 * ```
 *
 * The application gets the first worker's namespace. If several workers share the application and look into its data,
 * let them share the namespace too: `irisServer({ isolation: 'run' })`.
 *
 * @param options what the run asks for. `workers` is how many namespaces to make ahead; default: half the cores, as many
 *   as Playwright's workers.
 */
export function irisServer(options: IrisServerOptions = {}): WebServer {
  useOwnNamespace(process.env)
  const names = Object.keys(options.instances ?? {})
  const workers = Math.max(1, Math.min(MAX_NAMESPACES_AHEAD, Math.floor(availableParallelism() / 2)))
  return {
    name: 'IRIS',
    command: RUN_HOST_COMMAND,
    env: {
      ...environmentGiven(process.env, names),
      ...annotationEnvironment(process.env),
      ...runHostEnvironment(process.pid, { workers, ...options, runner: 'playwright' }),
    },
    wait: { stdout: announcedPattern(names) },
    timeout: OUTER_TIMEOUT_MS,
    gracefulShutdown: { signal: 'SIGTERM', timeout: END_MS },
  }
}

/** The configuration is evaluated in each worker before the code under test is imported: the time to tell its namespace. */
function useOwnNamespace(env: NodeJS.ProcessEnv): void {
  const namespaces = env.IRIS_DEVTESTER_NAMESPACES?.split(',') ?? []
  // A worker beyond them shares the only one, or is told its own by the fixture.
  const namespace = namespaces[Number(env.TEST_PARALLEL_INDEX ?? Number.NaN)]
  if (namespace === undefined || !env.IRIS_URL) return
  env.IRIS_NAMESPACE = namespace
  env.IRIS_URL = env.IRIS_URL.replace(/[^/]*$/, encodeURIComponent(namespace))
}

/** The IRIS the user names, if any, and not the one an earlier start has put in its place: UI mode starts servers anew. */
function environmentGiven(env: NodeJS.ProcessEnv, instances: readonly string[]): Record<string, string> {
  env[GIVEN_VARIABLE] ??= JSON.stringify(
    Object.fromEntries(announcedNames(instances).map((name) => [name, env[name] ?? ''])),
  )
  return JSON.parse(env[GIVEN_VARIABLE])
}
