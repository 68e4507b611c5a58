import { onReservedPorts, type ReservationRequest, type ReservedPorts } from '../../container/reserved-ports.ts'
import { debugLog } from '../../debug/debug-log.ts'
import { engineAt } from '../../engine/engine-at.ts'
import { PortExhaustedError } from '../../ports/document/port-registry-error.ts'
import { projectName } from '../../ports/document/project-path.ts'
import { currentProcess } from '../../process/process-identity.ts'
import type { HoldContext } from '../book/hold-context.ts'
import { claimEnd } from '../book/lease-book.ts'
import { longestIdle, type ScarcePorts } from '../book/longest-idle.ts'
import { endClaimed } from '../cleanup/index.ts'

const debug = debugLog('lease')

/** A reservation for which idle containers may be ended. */
export interface ProjectPortsRequest extends ReservationRequest {
  /** Ends the search for a free port. */
  readonly signal?: AbortSignal | undefined
  /** Is told which container was ended, in a sentence. */
  readonly warn: (text: string) => void
}

/**
 * Reserves the project's ports and starts something on them. Where every port is taken, the containers that no run holds
 * are ended, the one that has been idle for longest first, until a port is free.
 *
 * @throws PortExhaustedError runs hold all of them; PortConflictError, or what `start` throws.
 */
export async function onProjectPorts<T>(
  request: ProjectPortsRequest,
  start: (ports: ReservedPorts) => Promise<T>,
): Promise<T> {
  const failed = new Set<string>()
  for (;;) {
    request.signal?.throwIfAborted()
    try {
      return await onReservedPorts(request, start)
    } catch (error) {
      if (!(error instanceof PortExhaustedError)) throw error
      const { service, range } = error.details as unknown as ScarcePorts
      if (!(await endLongestIdle(request, { service, range }, failed))) throw error
    }
  }
}

/** What a run's reservation is made of. */
export function portsRequest({ registry, acquisition, reporter, signal }: HoldContext): ProjectPortsRequest {
  const { projectPath, preferredPort, preferredWebPort } = acquisition
  const warn = (text: string) => reporter.warning(text)
  return { registry, projectPath, preferredPort, preferredWebPort, signal, warn }
}

/** Gives `false` when there is none to end. */
async function endLongestIdle(
  { registry, warn }: ProjectPortsRequest,
  ports: ScarcePorts,
  failed: Set<string>,
): Promise<boolean> {
  for (;;) {
    // Chosen and claimed in one commit, so that no run takes it up in between.
    const claimed = await registry.update('make room', (draft) => {
      const id = longestIdle(draft, ports, failed)
      const record = id === undefined ? undefined : draft.containers[id]
      if (id === undefined || record === undefined || !claimEnd(draft, id, currentProcess())) return undefined
      return { id, record }
    })
    if (claimed === undefined) return false
    const { id, record } = claimed
    try {
      await endClaimed({ engine: engineAt(record.engine), registry, id })
      warn(
        `Ended container ${record.name} of ${projectName(record.project_path)}, which no run was using: every ${ports.service} port was taken.`,
      )
      return true
    } catch (error) {
      debug.swallowed('end an idle container', error)
      failed.add(id)
    }
  }
}
