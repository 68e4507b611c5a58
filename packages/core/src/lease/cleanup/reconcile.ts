import { LABELS } from '../../container/container-identity.ts'
import { removeOrphans } from '../../container/leftovers.ts'
import { readSettings } from '../../container/settings-file.ts'
import type { ContainerSummary } from '../../engine/engine-answers.ts'
import type { EngineClient } from '../../engine/engine-client.ts'
import type { PortRegistry } from '../../ports/port-registry.ts'
import { currentProcess } from '../../process/process-identity.ts'
import { IDLE_TIMEOUT_MS } from '../book/acquire-options.ts'
import { holdersOf, preparerOf, UNKNOWN_BOOT } from '../book/lease-book.ts'
import { endClaimed, forgetContainer } from './remove-container.ts'
import { removeUnusedNetworks } from './unused-networks.ts'

/**
 * Compares the registry with one engine: forgets containers that are gone from it, and ends those of this registry that
 * it knows nothing of and nobody is about to use, and those that a process made for itself and died.
 *
 * @returns a line for each thing done.
 */
export async function reconcile(registry: PortRegistry, engine: EngineClient): Promise<string[]> {
  const done: string[] = []
  for (const [id, record] of Object.entries((await registry.read()).containers)) {
    if (record.engine !== engine.address || (await engine.inspectContainer(id))) continue
    await forgetContainer({ registry, id })
    done.push(`container ${record.name} is gone, forgotten`)
  }
  const orphans = await removeOrphans(engine, registry.registryId)
  done.push(...orphans.map((name) => `container ${name} of a process that died removed`))
  done.push(...(await removeUnknownContainers(registry, engine)))
  const networks = await removeUnusedNetworks(engine, registry.registryId)
  return [...done, ...networks.map((name) => `network ${name} without containers removed`)]
}

/**
 * Looks after containers that carry this registry's label but aren't in it. One that never was ready is ended: its creator
 * died before it could record it. One that was may hold data, and the registry was lost: it is taken up again as a warm one.
 *
 * @param projectPath looks at one project's only.
 * @returns a line for each.
 */
export async function removeUnknownContainers(
  registry: PortRegistry,
  engine: EngineClient,
  projectPath?: string,
): Promise<string[]> {
  const listed = await engine.listContainers({
    labels: [
      `${LABELS.registry}=${registry.registryId}`,
      `${LABELS.owner}=lease`,
      ...(projectPath === undefined ? [] : [`${LABELS.project}=${projectPath}`]),
    ],
  })
  const done: string[] = []
  for (const summary of listed) {
    if ((await readSettings(engine, summary.Id)) !== undefined) {
      if (await adopt(registry, engine, summary)) done.push(`unknown container ${nameOf(summary)} taken up again`)
      continue
    }
    if (!(await claimUnknown(registry, engine, summary))) continue
    await endClaimed({ engine, registry, id: summary.Id })
    done.push(`unknown container ${nameOf(summary)} removed`)
  }
  return done
}

/**
 * Records the container as one that is being ended, so that a run that comes meanwhile waits for that. A creation that is
 * under way has its lease before its container, and its record right after.
 */
function claimUnknown(
  registry: PortRegistry,
  engine: EngineClient,
  { Id, Names, Labels }: ContainerSummary,
): Promise<boolean> {
  const projectPath = Labels[LABELS.project] ?? ''
  return registry.update('end', (draft) => {
    if (draft.containers[Id] || preparerOf(draft, projectPath) || holdersOf(draft, Id).length > 0) return false
    draft.containers[Id] = {
      project_path: projectPath,
      name: nameOf({ Id, Names }),
      engine: engine.address,
      keep: 'stop',
      idle_timeout_ms: 0,
      closing: currentProcess(),
    }
    return true
  })
}

function adopt(registry: PortRegistry, engine: EngineClient, summary: ContainerSummary): Promise<boolean> {
  const { Id, Labels } = summary
  const projectPath = Labels[LABELS.project] ?? ''
  return registry.update('adopted', (draft) => {
    // A run that is about to take it records it itself.
    if (draft.containers[Id] || preparerOf(draft, projectPath)) return false
    draft.containers[Id] = {
      project_path: projectPath,
      name: nameOf(summary),
      engine: engine.address,
      ...(Labels[LABELS.settings] ? { settings: Labels[LABELS.settings] } : {}),
      ready_boot: UNKNOWN_BOOT,
      keep: 'warm',
      idle_timeout_ms: IDLE_TIMEOUT_MS,
      idle_since: new Date().toISOString(),
    }
    return true
  })
}

function nameOf({ Id, Names }: Pick<ContainerSummary, 'Id' | 'Names'>): string {
  return Names[0]?.slice(1) ?? Id
}
