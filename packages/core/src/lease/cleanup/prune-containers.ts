import type { EngineClient } from '../../engine/engine-client.ts'
import type { ProjectContainer } from '../view/project-container.ts'
import { type ContainerAccess, listProjectContainers } from '../view/project-containers.ts'
import { forgetContainer, removeContainer } from './remove-container.ts'

/**
 * Why a container can go: its project or its start is gone (`orphaned`), its image's name stands for a newer image
 * (`outdated`), or no run holds it (`idle`).
 */
export type PruneReason = 'orphaned' | 'outdated' | 'idle'

/** A container that nobody needs any more, and why. */
export interface PruneCandidate {
  /** Which one. */
  readonly container: ProjectContainer
  /** Why it may go. */
  readonly reason: PruneReason
}

/**
 * The first reason for which a container can go; none while a run holds it, or when a test has made it for itself.
 *
 * @param currentImageId what its image's name stands for now, where the engine has it.
 */
export function pruneReason(container: ProjectContainer, currentImageId: string | undefined): PruneReason | undefined {
  if (container.owner === 'container' || container.isSetAside || container.runs.length > 0) return undefined
  if (container.state === 'gone' || !container.hasFolder || !container.isInitialised) return 'orphaned'
  if (currentImageId !== undefined && currentImageId !== container.imageId) return 'outdated'
  return 'idle'
}

/** The containers of all projects that nobody needs, each with the reason. Ones that are being started are left out. */
export async function findPrunable(access: ContainerAccess): Promise<PruneCandidate[]> {
  const containers = await listProjectContainers(access)
  const { leases } = await access.registry.read()
  const starting = new Set(
    leases.filter((lease) => lease.container_id === undefined).map((lease) => lease.project_path),
  )
  const candidates: PruneCandidate[] = []
  for (const container of containers) {
    if (starting.has(container.projectPath)) continue
    const reason = pruneReason(container, await imageId(access.engine, container.image))
    if (reason) candidates.push({ container, reason })
  }
  return candidates
}

/** Ends the containers that still are what they were; gives those that were ended. */
export async function prune(access: ContainerAccess, candidates: readonly PruneCandidate[]): Promise<PruneCandidate[]> {
  const ended: PruneCandidate[] = []
  for (const candidate of candidates) {
    const { id, state } = candidate.container
    if (state === 'gone') await forgetContainer({ ...access, id })
    else if (!(await removeContainer({ ...access, id }))) continue
    ended.push(candidate)
  }
  return ended
}

async function imageId(engine: EngineClient, name: string): Promise<string | undefined> {
  return name === '' ? undefined : (await engine.inspectImage(name))?.Id
}
