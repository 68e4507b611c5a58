import { inNamespace } from '../../connection/connection-info.ts'
import { IrisConnection } from '../../connection/iris-connection.ts'
import { debugLog } from '../../debug/debug-log.ts'
import type { Acquisition } from '../book/acquire-options.ts'
import { LeaseError } from '../book/lease-error.ts'
import { namespacesFor } from '../book/namespace-names.ts'
import { loadSources } from '../load/load-sources.ts'
import { createNamespaces, dropNamespaces } from '../load/namespaces.ts'
import { readSources, sourcesHash } from '../load/read-sources.ts'
import type { Source } from '../load/source.ts'
import type { AcquiredIris } from './acquired-iris.ts'
import { connectExternal } from './external-iris.ts'

const debug = debugLog('lease')

export interface ExternalRequest {
  readonly acquisition: Acquisition
  readonly leaseId: string
  readonly sources: readonly Source[]
  /** Names the server. */
  readonly env: Readonly<Record<string, string | undefined>>
}

/** A hold on a server that the environment named: no engine, no registry; only the run's own namespaces come and go. */
export async function acquireExternal({ acquisition, leaseId, sources, env }: ExternalRequest): Promise<AcquiredIris> {
  const base = await connectExternal(env)
  // A server without the REST API can't be told to create namespaces: its runs share the named one.
  const own = base.webPort === 0 ? [] : namespacesFor(leaseId, acquisition.isolation, acquisition.workers)
  const namespaces = own.length > 0 ? own : [base.namespace]
  const connections = namespaces.map((name) => new IrisConnection(inNamespace(base.info, name)))
  let released: Promise<void> | undefined
  const release = async () => {
    await Promise.all(connections.map((connection) => connection.close()))
    await dropNamespaces({ connection: base }, own)
    await base.close()
  }
  let loaded = sourcesHash(sources)
  const reload = async () => {
    const changed = await readSources(acquisition.load, acquisition.folder)
    if (sourcesHash(changed) === loaded) return false
    loaded = ''
    await Promise.all(connections.map((connection) => connection.close()))
    await dropNamespaces({ connection: base }, own)
    await createNamespaces({ connection: base }, own)
    for (const connection of connections) await loadSources(connection, changed)
    loaded = sourcesHash(changed)
    return true
  }
  try {
    await createNamespaces({ connection: base }, own)
    for (const connection of connections) await loadSources(connection, sources)
  } catch (error) {
    await release().catch((failure) => debug.swallowed('release after a failure', failure))
    throw error
  }
  const connectionFor = (worker: number) =>
    connections[(Math.max(1, worker) - 1) % connections.length] as IrisConnection
  return {
    projectPath: acquisition.projectPath,
    connection: connectionFor(1),
    namespaces,
    // A namespace that isn't ours is nobody's to reset.
    reset: { when: own.length > 0 ? acquisition.reset : false, except: acquisition.resetExcept },
    container: undefined,
    connectionFor,
    logTail: async () => [],
    restart: () => Promise.reject(noContainer('restarted')),
    exec: () => Promise.reject(noContainer('entered')),
    reload,
    release: () => {
      released ??= release()
      return released
    },
    [Symbol.asyncDispose]: () => {
      released ??= release()
      return released
    },
  }
}

function noContainer(what: string): LeaseError {
  return new LeaseError({
    code: 'NO_CONTAINER',
    message: `This run uses the IRIS that the environment names, not a container: it can't be ${what}.`,
    hint: 'To use a container: unset IRIS_URL IRIS_HOST IRIS_PORT',
  })
}
