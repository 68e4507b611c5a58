import { setTimeout as sleep } from 'node:timers/promises'
import { IrisContainerError } from '../../container/container-error.ts'
import { containerName, LABELS } from '../../container/container-identity.ts'
import { isPortRefusal } from '../../container/port-refusal.ts'
import { ensureImage } from '../../container/pull-image.ts'
import type { ContainerInspection } from '../../engine/engine-answers.ts'
import { EngineError } from '../../engine/engine-error.ts'
import type { HoldContext } from '../book/hold-context.ts'
import { createAndWait, engineTime } from './create-and-wait.ts'
import { portTaken } from './hold-refusals.ts'
import { onProjectPorts, portsRequest } from './on-project-ports.ts'
import { replaceContainer } from './replace-container.ts'
import type { PreparedContainer } from './until-ready.ts'
import { waitForBoot } from './wait-for-boot.ts'

/**
 * Creates the project's container and waits until it is ready; a start that fails leaves neither container nor
 * assignment. Gives nothing when somebody else turns out to have created it at the same moment.
 */
export async function prepareNew(context: HoldContext): Promise<PreparedContainer | undefined> {
  const { engine, acquisition, reporter, signal } = context
  const { settings } = acquisition
  await ensureImage(engine, settings.image, {
    onProgress: (progress) => reporter.pulling(settings.image, progress),
    signal,
  })
  try {
    return await onProjectPorts(portsRequest(context), (ports) => createAndWait(context, ports))
  } catch (error) {
    if (!(error instanceof IrisContainerError) || error.code !== 'CONTAINER_NAME_TAKEN') throw error
    if (!(await isOurs(context, String(error.details.name)))) throw error
    await sleep(50)
    return undefined
  }
}

/** Starts a container that has stopped, keeping its data and its ports. */
export async function prepareStopped(
  context: HoldContext,
  found: ContainerInspection,
): Promise<PreparedContainer | undefined> {
  const { engine, reporter } = context
  reporter.starting(found.Name.slice(1), 'boot')
  try {
    await engine.startContainer(found.Id, engineTime(context))
  } catch (error) {
    if (!(error instanceof EngineError) || !isPortRefusal(String(error.details.reason))) throw error
    if (!context.acquisition.replace) throw portTaken(context, found.Name.slice(1), String(error.details.reason))
    return replaceContainer(context, found)
  }
  return waitForBoot(context, found)
}

async function isOurs({ engine, registry, acquisition }: HoldContext, name: string): Promise<boolean> {
  const labels = (await engine.inspectContainer(name))?.Config.Labels ?? {}
  const { registryId } = registry
  const { projectPath } = acquisition
  const port = Number(labels[LABELS.port])
  return labels[LABELS.registry] === registryId && name === containerName({ projectPath, registryId, port })
}
