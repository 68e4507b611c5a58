import { createContainer } from '../../container/create-container.ts'
import { createRequest } from '../../container/create-request.ts'
import type { ReservedPorts } from '../../container/reserved-ports.ts'
import { fingerprint, formatFingerprints } from '../../container/settings-fingerprints.ts'
import { debugLog } from '../../debug/debug-log.ts'
import type { HoldContext } from '../book/hold-context.ts'
import { removeContainer } from '../cleanup/index.ts'
import { recordContainer } from './record-container.ts'
import { type PreparedContainer, untilReady } from './until-ready.ts'

const debug = debugLog('lease')

/** How long the engine may take for one step of a start, in ms, where the whole start may take longer. */
const ENGINE_TIMEOUT_MS = 60_000
/** How long the engine may take to remove what a failed start has left, in ms; after that it is the reaper's. */
const REMOVAL_TIMEOUT_MS = 10_000

/** Creates the project's container on the ports and waits until it is ready; a start that fails leaves no container. */
export async function createAndWait(
  context: HoldContext,
  ports: ReservedPorts,
): Promise<PreparedContainer | undefined> {
  const { engine, registry, acquisition, reporter, lease, signal } = context
  const settings = fingerprint(acquisition.settings)
  const request = createRequest(acquisition.settings, {
    projectPath: acquisition.projectPath,
    registryId: registry.registryId,
    ...ports,
    fingerprints: formatFingerprints(settings),
    owner: 'lease',
  })
  signal?.throwIfAborted()
  reporter.starting(request.name, 'boot')
  // It boots once it is there.
  context.times?.enter('create')
  const id = await createContainer(engine, request, engineTime(context))
  try {
    await recordContainer(context, { id, name: request.name, settings, wasReady: false })
    return await untilReady(context, { id, name: request.name, ...ports, ...acquisition.settings, isNew: true })
  } catch (error) {
    // It was created here for this start alone, so it goes with the start.
    await removeContainer({ engine, registry, id, except: lease.id, timeoutMs: REMOVAL_TIMEOUT_MS }).catch((failure) =>
      debug.swallowed('remove the container of a failed start', failure),
    )
    throw error
  }
}

/** How long the engine may take for one step of this run's start. */
export function engineTime({ acquisition }: HoldContext): { timeoutMs: number } {
  return { timeoutMs: Math.min(ENGINE_TIMEOUT_MS, acquisition.startupTimeoutMs) }
}
