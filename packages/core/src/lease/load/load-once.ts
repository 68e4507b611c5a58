import { setTimeout as sleep } from 'node:timers/promises'
import type { IrisConnection } from '../../connection/iris-connection.ts'
import { debugLog } from '../../debug/debug-log.ts'
import type { PortRegistry } from '../../ports/port-registry.ts'
import { currentProcess, livenessOf } from '../../process/process-identity.ts'
import { changeContainer, isSame } from '../book/lease-book.ts'
import { loadSources, type Source, sourcesHash } from './load-sources.ts'

const debug = debugLog('lease')

const POLL_MS = 50

export interface LoadRequest {
  readonly registry: PortRegistry
  readonly containerId: string
  /** In the namespace that the container's runs share. */
  readonly connection: IrisConnection
  readonly sources: readonly Source[]
  readonly signal: AbortSignal | undefined
}

/**
 * Loads sources into the shared namespace of a container, unless the same ones are in it. Of runs that come at once, one
 * loads and the others wait for it.
 *
 * @throws LeaseError `LOAD_FAILED`.
 */
export async function loadOnce(request: LoadRequest): Promise<void> {
  const { registry, containerId, connection, sources, signal } = request
  const loaded = sourcesHash(sources)
  for (;;) {
    const turn = await registry.update('load', (draft) => {
      const record = draft.containers[containerId]
      if (record?.loaded === loaded) return 'done'
      const { loading } = record ?? {}
      if (loading && !isSame(loading, currentProcess()) && livenessOf(loading) === 'alive') return 'wait'
      changeContainer(draft, containerId, { loading: currentProcess() })
      return 'load'
    })
    if (turn === 'done') return
    if (turn === 'load') break
    signal?.throwIfAborted()
    await sleep(POLL_MS)
  }
  const end = (change: { readonly loaded?: string }) =>
    registry.update('loaded', (draft) => changeContainer(draft, containerId, { ...change, loading: undefined }))
  try {
    await loadSources(connection, sources)
  } catch (error) {
    await end({}).catch((failure) => debug.swallowed('end loading', failure))
    throw error
  }
  await end({ loaded })
}
