import { inNamespace } from '../../connection/connection-info.ts'
import { IrisConnection } from '../../connection/iris-connection.ts'
import { debugLog } from '../../debug/debug-log.ts'
import type { Acquisition } from '../book/acquire-options.ts'
import { LeaseError } from '../book/lease-error.ts'
import { fileNamespace, namespacesAhead, namespacesFor } from '../book/namespace-names.ts'
import { checkResetOver } from '../book/option-checks.ts'
import { changedClasses } from '../load/changed-classes.ts'
import { FilePool } from '../load/file-namespaces.ts'
import { loadSources } from '../load/load-sources.ts'
import { createNamespaces, dropNamespaces } from '../load/namespaces.ts'
import { readSources, sourcesHash } from '../load/read-sources.ts'
import { reloadClasses } from '../load/reload-classes.ts'
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
  if (acquisition.onFailure === 'keep') warnOfKeep()
  checkResetOver(base.webPort, acquisition)
  // A server without the REST API can't be told to create namespaces: its runs share the named one.
  const own = base.webPort === 0 ? [] : namespacesFor(leaseId, acquisition.isolation, acquisition.workers)
  const namespaces = own.length > 0 ? own : [base.namespace]
  const connections = namespaces.map((name) => new IrisConnection(inNamespace(base.info, name)))
  let files: FilePool | undefined
  let current = sources
  let released: Promise<void> | undefined
  const release = async () => {
    await Promise.all(connections.map((connection) => connection.close()))
    await files?.close()
    await dropNamespaces({ connection: base }, files?.existing ?? own)
    await base.close()
  }
  let loaded = sourcesHash(sources)
  const reload = async () => {
    const changed = await readSources(acquisition.load, acquisition.folder)
    if (sourcesHash(changed) === loaded) return false
    if (files) {
      current = changed
      loaded = sourcesHash(changed)
      await files.renew()
      return true
    }
    const classes = loaded !== '' && own.length > 0 ? changedClasses(current, changed) : undefined
    loaded = ''
    if (classes && (await reloadClasses(base, own, classes, acquisition.resetExcept))) {
      current = changed
      loaded = sourcesHash(changed)
      return true
    }
    await Promise.all(connections.map((connection) => connection.close()))
    await dropNamespaces({ connection: base }, own)
    await createNamespaces({ connection: base }, own)
    for (const connection of connections) await loadSources(connection, changed)
    current = changed
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
  if (own.length > 0 && acquisition.isolation === 'file') {
    files = new FilePool({
      made: own,
      ahead: namespacesAhead(own.length),
      nameOf: (number) => fileNamespace(leaseId, number),
      make: async (name, { isAgain }) => {
        if (isAgain) await dropNamespaces({ connection: base }, [name])
        await createNamespaces({ connection: base }, [name])
        const connection = base.inNamespace(name)
        await loadSources(connection, current)
        if (acquisition.reset === 'each') await connection.markBaseline({ except: acquisition.resetExcept })
      },
      drop: (names) => dropNamespaces({ connection: base }, names),
    })
  }
  const connectionFor = (worker: number) =>
    connections[(Math.max(1, worker) - 1) % connections.length] as IrisConnection
  return {
    projectPath: acquisition.projectPath,
    connection: connectionFor(1),
    namespaces,
    // A namespace that isn't ours is nobody's to reset.
    reset: { when: own.length > 0 ? acquisition.reset : false, except: acquisition.resetExcept },
    onFailure: 'drop',
    files,
    container: undefined,
    connectionFor,
    logTail: async () => [],
    restart: () => Promise.reject(noContainer('restarted')),
    exec: () => Promise.reject(noContainer('entered')),
    openSession: () => Promise.reject(noContainer('entered')),
    snapshot: () => Promise.reject(noContainer('dismounted')),
    restore: () => Promise.reject(noContainer('dismounted')),
    keepCopy: () => Promise.reject(noContainer('dismounted')),
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

/** Whatever is left on a server that isn't ours, nobody would ever drop. */
function warnOfKeep(): void {
  process.emitWarning(
    "The option onFailure is 'keep', but this run uses the IRIS that the environment names: its namespaces are dropped when it ends. To keep those of failed tests, use a container: unset IRIS_URL IRIS_HOST IRIS_PORT",
    { type: 'IrisDevtesterWarning', code: 'KEEP_UNSUPPORTED' },
  )
}

function noContainer(what: string): LeaseError {
  return new LeaseError({
    code: 'NO_CONTAINER',
    message: `This run uses the IRIS that the environment names, not a container: it can't be ${what}.`,
    hint: 'To use a container: unset IRIS_URL IRIS_HOST IRIS_PORT',
  })
}
