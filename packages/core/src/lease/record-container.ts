import type { ReservedPorts } from '../container/reserved-ports.ts'
import { findAssignment } from '../ports/port-assignment.ts'
import { amend } from '../ports/transitions.ts'
import type { HoldContext } from './hold-context.ts'

/**
 * Records a container that is about to become ready, and its name with the ports it uses, in one commit.
 *
 * @returns whether it may be used; not when somebody is ending it.
 */
export function recordContainer(context: HoldContext, id: string, name: string): Promise<boolean> {
  const { registry, acquisition, engine, settingsHash } = context
  const { projectPath, keep, idleTimeoutMs, asked } = acquisition
  return registry.update('found', (draft) => {
    if (draft.containers[id]?.closing) return false
    draft.containers[id] = {
      keep,
      idle_timeout_ms: idleTimeoutMs,
      ...draft.containers[id],
      ...asked,
      project_path: projectPath,
      name,
      engine: engine.address,
      settings: settingsHash,
    }
    for (const service of ['iris', 'iris-web'] as const) {
      const assignment = findAssignment(draft, projectPath, service)
      if (assignment) Object.assign(draft, amend(draft, assignment, { container_name: name }))
    }
    return true
  })
}

/** A container that outlived its assignments (a registry that was cleared) takes its ports up again. */
export async function readoptPorts({ registry, acquisition }: HoldContext, ports: ReservedPorts): Promise<void> {
  const { projectPath } = acquisition
  for (const [service, port] of [
    ['iris', ports.port],
    ['iris-web', ports.webPort],
  ] as const) {
    const assignment = await registry.getAssignment(projectPath, { service })
    if (assignment === undefined) await registry.assignPort(projectPath, { service, preferredPort: port })
  }
}
