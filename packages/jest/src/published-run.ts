import { isDeepStrictEqual } from 'node:util'
import type { OnFailure } from '@iris-devtester/core'
import { type IrisConnectionInfo, inNamespace, type ResetSettings } from '@iris-devtester/core/connection'
import type { FailedIn } from '@iris-devtester/core/run'
import type { IrisOptions } from './iris-options.ts'

/** The variable by which the global set-up tells the workers of the run. */
export const RUN_VARIABLE = 'IRIS_DEVTESTER_JEST_RUN'

/** One IRIS of the run, and the run's namespaces in it. */
export interface PublishedIris {
  readonly info: IrisConnectionInfo
  readonly namespaces: readonly string[]
  /** When a worker's namespace goes back to what it was after set-up. */
  readonly reset: ResetSettings
  /** What happens to a worker's namespace when a test fails. */
  readonly onFailure: OnFailure
}

export interface PublishedRun extends PublishedIris {
  readonly instances: Readonly<Record<string, PublishedIris>>
  readonly options: IrisOptions
  /** Whether it is the user's own server, named in the environment. */
  readonly external: boolean
  /** Where workers ask the process that holds the run's IRIS. */
  readonly holder: string
  /** With the isolation `file`: where workers get the namespaces of their test files. */
  readonly namespaceServer?: string | undefined
  /** The path of a file that is there once a test has failed. */
  readonly failureMark: string
}

/** Where a test file connects, and when the tables there go back to what they were after set-up. */
export interface Connection {
  readonly info: IrisConnectionInfo
  readonly reset: ResetSettings
  readonly onFailure: OnFailure
}

/** Where a test file connects: the IRIS itself, and the run's instances by their names. */
export interface Connections extends Connection {
  /** With the isolation `file`: where this worker gets the namespaces of its next test file. */
  readonly namespaceServer?: string | undefined
  readonly instances: Readonly<Record<string, Connection>>
  /** Where this process has the hold itself: keeps a copy of a namespace, and gives the lines that say where it is. */
  readonly keep?: (failed: FailedIn) => Promise<string>
}

export function publishedRun(): PublishedRun | undefined {
  const text = process.env[RUN_VARIABLE]
  return text ? JSON.parse(text) : undefined
}

/** This worker's connections in the run's IRIS, unless there is none or `wanted` asks for something else. */
export function connectionsInRun(wanted: IrisOptions | undefined): Connections | undefined {
  const run = publishedRun()
  if (!run || (wanted && !isDeepStrictEqual(plain(wanted), plain(run.options)))) return undefined
  const instances = Object.entries(run.instances).map(([name, one]) => [name, ownNamespace(one)])
  return { ...ownNamespace(run), instances: Object.fromEntries(instances), namespaceServer: run.namespaceServer }
}

function ownNamespace({ info, namespaces, reset, onFailure }: PublishedIris): Connection {
  const namespace = namespaces[(Number(process.env.JEST_WORKER_ID) - 1) % namespaces.length] as string
  return { info: inNamespace(info, namespace), reset, onFailure }
}

/** As it comes out of the variable, where what is undefined is left out. */
function plain(options: IrisOptions): unknown {
  return JSON.parse(JSON.stringify(options))
}

/** The connections to fresh namespaces, for one test file. */
export async function inFreshNamespaces(connections: Connections, take: Take): Promise<Connections> {
  const instances: [string, Connection][] = []
  for (const [name, one] of Object.entries(connections.instances)) instances.push([name, moved(one, await take(name))])
  const { info } = connections
  const main = instances.find(([, one]) => one.info.host === info.host && one.info.port === info.port)
  const own = main ? main[1].info.namespace : await take('')
  return { ...connections, info: inNamespace(info, own), instances: Object.fromEntries(instances) }
}

/** Takes a namespace in an instance; `''` where there is one. */
type Take = (instance: string) => Promise<string>

function moved(one: Connection, namespace: string): Connection {
  return { ...one, info: inNamespace(one.info, namespace) }
}
