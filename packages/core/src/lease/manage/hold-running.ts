import { randomUUID } from 'node:crypto'
import { cliCommand } from '../../errors/cli-command.ts'
import { currentProcess } from '../../process/process-identity.ts'
import { changeContainer, holdersOf, removeLease } from '../book/lease-book.ts'
import { LeaseError } from '../book/lease-error.ts'
import type { ProjectContainer } from '../view/project-container.ts'
import type { ContainerAccess } from '../view/project-containers.ts'

/**
 * Holds a container that runs already while `work` goes on, so that nobody ends it meanwhile. Nothing about it is checked
 * or changed.
 *
 * @param runner who holds it, for people.
 * @throws LeaseError `CONTAINER_BUSY` when it is being ended; what `work` throws.
 */
export async function holdRunning<T>(
  { registry }: Pick<ContainerAccess, 'registry'>,
  container: ProjectContainer,
  runner: string,
  work: () => Promise<T>,
): Promise<T> {
  const { id, name, projectPath } = container
  const leaseId = randomUUID()
  const held = await registry.update('hold', (draft) => {
    if (draft.containers[id]?.closing) return false
    draft.leases.push({
      id: leaseId,
      project_path: projectPath,
      runner,
      process: currentProcess(),
      acquired_at: new Date().toISOString(),
      container_id: id,
      namespaces: [],
    })
    changeContainer(draft, id, { idle_since: undefined })
    return true
  })
  if (!held) {
    throw new LeaseError({
      code: 'CONTAINER_BUSY',
      message: `The container ${name} is being ended by another process.`,
      hint: `Start a new container: ${cliCommand()} up`,
      details: { name, projectPath },
    })
  }
  try {
    return await work()
  } finally {
    await registry.update('release', (draft) => {
      removeLease(draft, leaseId)
      if (holdersOf(draft, id).length === 0) changeContainer(draft, id, { idle_since: new Date().toISOString() })
    })
  }
}
