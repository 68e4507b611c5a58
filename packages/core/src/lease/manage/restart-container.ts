import { hasAfterHook } from '../../container/create-request.ts'
import type { StartPhase } from '../../container/readiness-request.ts'
import { endOfLastBoot } from '../../container/restart-container.ts'
import { waitUntilReady } from '../../container/wait-until-ready.ts'
import { changeContainer } from '../book/lease-book.ts'
import { recordStart } from '../book/start-records.ts'
import { StartTimes } from '../book/start-times.ts'
import type { ProjectContainer } from '../view/project-container.ts'
import { type ContainerAccess, connectionTo, type IrisCredentials } from '../view/project-containers.ts'
import { holdRunning } from './hold-running.ts'

/** How long IRIS may take to shut down before it is killed, in seconds. */
const GRACE_SECONDS = 30

/** How {@link restartContainer} goes about it. */
export interface RestartOptions {
  /** Who logs in to find whether it is ready. */
  readonly credentials: IrisCredentials
  /** How long the start may take, in ms. */
  readonly timeoutMs: number
  /** Hears how far the start has come. */
  readonly onPhase?: ((phase: StartPhase) => void) | undefined
}

/**
 * Restarts a project's container, or starts it when it has stopped, and waits until IRIS is ready. Data stays; runs that
 * use it lose their connections.
 *
 * @throws IrisContainerError why IRIS didn't become ready; the container is left as it is.
 */
export async function restartContainer(
  access: ContainerAccess,
  container: ProjectContainer,
  { credentials, timeoutMs, onPhase }: RestartOptions,
): Promise<void> {
  const { engine, registry } = access
  const { id, name, image, projectPath } = container
  await holdRunning(access, container, 'cli', async () => {
    const at = new Date().toISOString()
    const times = new StartTimes('stop')
    await engine.restartContainer(id, GRACE_SECONDS)
    const booting = await engine.inspectContainer(id)
    const connection = await waitUntilReady({
      engine,
      id,
      name,
      image,
      connection: await connectionTo(access, container, credentials),
      since: endOfLastBoot(booting),
      timeoutMs,
      afterHook: hasAfterHook(booting?.Config.Cmd ?? []),
      onPhase: (phase) => {
        times.enter(phase)
        onPhase?.(phase)
      },
    })
    recordStart(registry.folder, { at, project: projectPath, runner: 'restart', phases: times.end() })
    await connection.close()
    const startedAt = booting?.State.StartedAt
    // Another restart may have come meanwhile: what is ready is only the boot that was waited for.
    if ((await engine.inspectContainer(id))?.State.StartedAt !== startedAt) return
    await registry.update('restarted', (draft) => changeContainer(draft, id, { ready_boot: startedAt }))
  })
}
