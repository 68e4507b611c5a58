import { setTimeout as sleep } from 'node:timers/promises'
import type { IrisConnection } from '../../connection/iris-connection.ts'
import { debugLog } from '../../debug/debug-log.ts'
import { cliCommand } from '../../errors/cli-command.ts'
import type { PortRegistry } from '../../ports/port-registry.ts'
import { currentProcess, livenessOf, type ProcessIdentity } from '../../process/process-identity.ts'
import { changeContainer, holdersOf, isSame, type LeaseBook } from '../book/lease-book.ts'
import { LeaseError } from '../book/lease-error.ts'
import { loadSources } from './load-sources.ts'
import type { ContainerSession } from './namespaces.ts'
import { sourcesHash } from './read-sources.ts'
import type { Source } from './source.ts'

const debug = debugLog('lease')

const POLL_MS = 50

export interface LoadRequest {
  readonly registry: PortRegistry
  readonly containerId: string
  /** In the namespace that the container's runs share. */
  readonly connection: IrisConnection
  readonly sources: readonly Source[]
  /** The container, which exports are loaded through. */
  readonly session: ContainerSession
  readonly signal: AbortSignal | undefined
  /** Whether they are loaded although the same ones are in it. Default false. */
  readonly again?: boolean
}

/** The containers that this process is loading into: of two that it loads at once, the second waits as well. */
const loadingHere = new Set<string>()

/**
 * Loads sources into a shared namespace of a container, unless the same ones are in it. Of runs that come at once, one
 * loads and the others wait for it.
 *
 * @throws LeaseError `LOAD_FAILED`.
 */
export async function loadOnce(request: LoadRequest): Promise<void> {
  const { registry, containerId, connection, sources, signal, again = false } = request
  const loaded = sourcesHash(sources)
  let before: string | undefined
  for (;;) {
    const turn = await registry.update('load', (draft) => {
      const record = draft.containers[containerId]
      before = parseLoaded(record?.loaded).get(connection.namespace)
      if (before === loaded && !again) return 'done'
      if (record?.loading && isLoading(draft, containerId, record.loading)) return 'wait'
      changeContainer(draft, containerId, { loading: currentProcess() })
      loadingHere.add(containerId)
      return 'load'
    })
    if (turn === 'done') return
    if (turn === 'load') break
    signal?.throwIfAborted()
    await sleep(POLL_MS)
  }
  const end = (isLoaded: boolean) => {
    loadingHere.delete(containerId)
    return registry.update('loaded', (draft) => {
      const all = parseLoaded(draft.containers[containerId]?.loaded)
      if (isLoaded) all.set(connection.namespace, loaded)
      changeContainer(draft, containerId, { loaded: formatLoaded(all), loading: undefined })
    })
  }
  try {
    await loadSources(connection, sources, request.session)
  } catch (error) {
    await end(false).catch((failure) => debug.swallowed('end loading', failure))
    throw isLoadedBefore(error, before) ? loadedBefore(error, connection.namespace) : error
  }
  await end(true)
}

/** Whether the process still loads: on another machine, as long as a run there holds the container. */
function isLoading(book: LeaseBook, containerId: string, by: ProcessIdentity): boolean {
  if (isSame(by, currentProcess())) return loadingHere.has(containerId)
  const state = livenessOf(by)
  if (state !== 'unknown') return state === 'alive'
  return holdersOf(book, containerId).some(({ process }) => process.host === by.host)
}

/** From each namespace to the fingerprint of what was loaded into it. */
function parseLoaded(text = ''): Map<string, string> {
  const entries = text.split(' ').filter((entry) => entry.includes('='))
  return new Map(entries.map((entry) => entry.split('=') as [string, string]))
}

function formatLoaded(loaded: ReadonlyMap<string, string>): string | undefined {
  return loaded.size === 0 ? undefined : [...loaded].map((entry) => entry.join('=')).join(' ')
}

/** SQLCODE of a name that is taken. */
const NAME_TAKEN = -201

function isLoadedBefore(error: unknown, before: string | undefined): error is LeaseError {
  return error instanceof LeaseError && (before !== undefined || error.details.sqlCode === NAME_TAKEN)
}

/** Another version of the files, or a load that failed half-way, has left something that stands in the way now. */
function loadedBefore({ summary, details, cause }: LeaseError, namespace: string): LeaseError {
  return new LeaseError({
    code: 'LOAD_FAILED',
    message: `${summary}\nThe namespace ${namespace} stays between runs: what an earlier load made is still there.`,
    hint: [
      'Let the file make it anew: DROP TABLE IF EXISTS <table>; before its CREATE TABLE',
      'Or load into a namespace that is new in each run: the option isolation: "run" or "worker"',
      `Or start with an empty container; all its data goes: ${cliCommand()} down`,
    ].join('\n'),
    details,
    cause,
  })
}
