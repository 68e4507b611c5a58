import { onReservedPorts, type ReservedPorts } from '../../container/reserved-ports.ts'
import { debugLog } from '../../debug/debug-log.ts'
import { engineAt } from '../../engine/engine-at.ts'
import { PortExhaustedError } from '../../ports/document/port-registry-error.ts'
import { currentProcess } from '../../process/process-identity.ts'
import type { HoldContext } from '../book/hold-context.ts'
import { claimEnd } from '../book/lease-book.ts'
import { longestIdle, type ScarcePorts } from '../book/longest-idle.ts'
import { endClaimed } from '../cleanup/index.ts'

const debug = debugLog('lease')

/**
 * Reserves the project's ports and starts something on them. Where every port is taken, the containers that no run holds
 * are ended, the one that has been idle for longest first, until a port is free.
 *
 * @throws PortExhaustedError runs hold all of them; PortConflictError, or what `start` throws.
 */
export async function onProjectPorts<T>(context: HoldContext, start: (ports: ReservedPorts) => Promise<T>): Promise<T> {
  const { registry, acquisition } = context
  const { projectPath, preferredPort, preferredWebPort } = acquisition
  const failed = new Set<string>()
  for (;;) {
    context.signal?.throwIfAborted()
    try {
      return await onReservedPorts({ registry, projectPath, preferredPort, preferredWebPort }, start)
    } catch (error) {
      if (!(error instanceof PortExhaustedError)) throw error
      const { service, range } = error.details as unknown as ScarcePorts
      if (!(await endLongestIdle(context, { service, range }, failed))) throw error
    }
  }
}

/** Gives `false` when there is none to end. */
async function endLongestIdle(context: HoldContext, ports: ScarcePorts, failed: Set<string>): Promise<boolean> {
  const { registry, reporter } = context
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
      reporter.warning(
        `Ended container ${record.name} of ${record.project_path}, which no run was using: every ${ports.service} port was taken.`,
      )
      return true
    } catch (error) {
      debug.swallowed('end an idle container', error)
      failed.add(id)
    }
  }
}
