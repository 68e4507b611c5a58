import type { ReservedPorts } from '../../container/reserved-ports.ts'
import { type Fingerprints, formatFingerprints } from '../../container/settings-fingerprints.ts'
import { debugLog } from '../../debug/debug-log.ts'
import { findAssignment } from '../../ports/document/port-assignment.ts'
import { PortRegistryError } from '../../ports/document/port-registry-error.ts'
import { amend } from '../../ports/document/transitions.ts'
import type { HoldContext } from '../book/hold-context.ts'
import { UNKNOWN_BOOT } from '../book/lease-book.ts'

const debug = debugLog('lease')

/** A container that is about to become ready. */
export interface Recordable {
  readonly id: string
  readonly name: string
  /** Its own settings. */
  readonly settings: Fingerprints
  /** Whether an earlier boot of it became ready, so that it may hold data. */
  readonly wasReady: boolean
}

/**
 * Records a container that is about to become ready, and its name with the ports it uses, in one commit.
 *
 * @returns whether it may be used; not when somebody is ending it or has set it aside.
 */
export function recordContainer(context: HoldContext, { id, name, settings, wasReady }: Recordable): Promise<boolean> {
  const { registry, acquisition, engine } = context
  const { projectPath, keep, idleTimeoutMs, asked } = acquisition
  return registry.update('found', (draft) => {
    if (draft.containers[id]?.closing || draft.containers[id]?.set_aside) return false
    draft.containers[id] = {
      keep,
      idle_timeout_ms: idleTimeoutMs,
      ...(wasReady ? { ready_boot: UNKNOWN_BOOT } : {}),
      ...draft.containers[id],
      ...asked,
      project_path: projectPath,
      name,
      engine: engine.address,
      settings: formatFingerprints(settings),
    }
    for (const service of ['iris', 'iris-web'] as const) {
      const assignment = findAssignment(draft, projectPath, service)
      if (assignment) Object.assign(draft, amend(draft, assignment, { container_name: name }))
    }
    return true
  })
}

/**
 * A container that outlived its assignments, as in a registry that was cleared, takes its ports up again. Ports that the
 * registry won't give it, because they are out of its range or another project's by now, are the container's all the same:
 * the engine has bound them.
 */
export async function readoptPorts({ registry, acquisition }: HoldContext, ports: ReservedPorts): Promise<void> {
  const { projectPath } = acquisition
  for (const [service, port] of [
    ['iris', ports.port],
    ['iris-web', ports.webPort],
  ] as const) {
    if (port === 0 || (await registry.getAssignment(projectPath, { service })) !== undefined) continue
    try {
      await registry.assignPort(projectPath, { service, preferredPort: port })
    } catch (error) {
      if (!(error instanceof PortRegistryError)) throw error
      debug.swallowed(`take up ${service} ${port} again`, error)
    }
  }
}
