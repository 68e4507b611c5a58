import { cliCommand } from '../../errors/cli-command.ts'
import { shellWord } from '../../errors/shell-word.ts'
import { projectName } from '../../ports/document/project-path.ts'
import { LeaseError } from '../book/lease-error.ts'
import { removeContainer } from '../cleanup/index.ts'
import { liveRuns, type ProjectContainer } from '../view/project-container.ts'
import type { ContainerAccess } from '../view/project-containers.ts'

/**
 * Ends a project's container and gives its ports back.
 *
 * @param access the engine it is on and the registry that knows its ports
 * @param container which
 * @param options `force`: end it under the runs that hold it. Default false.
 * @throws LeaseError `CONTAINER_BUSY` while a run holds it.
 */
export async function endContainer(
  { engine, registry }: ContainerAccess,
  container: ProjectContainer,
  { force = false }: { readonly force?: boolean } = {},
): Promise<void> {
  const { id, owner } = container
  // A container of a test's own has no lease that would tell whether the test still runs.
  if (owner === 'container' && !force) throw inUse(container)
  if (force) {
    await registry.update('forced end', (draft) => {
      draft.leases = draft.leases.filter((lease) => lease.container_id !== id)
    })
  }
  if (await removeContainer({ engine, registry, id })) return
  // Who holds it now may have come after the container was looked up.
  const runs = liveRuns(await registry.read()).filter((lease) => lease.container_id === id)
  throw inUse({ ...container, runs })
}

function inUse({ name, projectPath, owner, runs }: ProjectContainer): LeaseError {
  const holders = runs.map(({ runner, process, acquired_at }) => `${runner} (pid ${process.pid}, since ${acquired_at})`)
  const who = owner === 'container' ? 'a test that made it for itself' : holders.join(', ') || 'another process'
  return new LeaseError({
    code: 'CONTAINER_BUSY',
    message: `The container ${name} of ${projectName(projectPath)} is in use by ${who}.`,
    hint: `Wait for that run to end, or end its container: ${cliCommand()} down --force --project ${shellWord(projectPath)}`,
    details: { projectPath, name, runs },
  })
}
