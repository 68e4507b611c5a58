import { setTimeout as sleep } from 'node:timers/promises'
import { IrisContainerError } from '../container/container-error.ts'
import { containerName, LABELS } from '../container/container-identity.ts'
import { createContainer } from '../container/create-container.ts'
import { createRequest } from '../container/create-request.ts'
import { isPortRefusal } from '../container/port-refusal.ts'
import { ensureImage } from '../container/pull-image.ts'
import { onReservedPorts, type ReservedPorts } from '../container/reserved-ports.ts'
import type { ContainerInspection } from '../engine/engine-answers.ts'
import { EngineError } from '../engine/engine-error.ts'
import type { HoldContext } from './hold-context.ts'
import { readoptPorts, recordContainer } from './record-container.ts'
import { registryLabel } from './registry-label.ts'
import { removeContainer } from './remove-container.ts'
import { type PreparedContainer, untilReady } from './until-ready.ts'

/** How long the engine may take for one step of a start, in ms, where the whole start may take longer. */
const ENGINE_TIMEOUT_MS = 60_000
/** How long the engine may take to remove what a failed start has left, in ms; after that it is the reaper's. */
const REMOVAL_TIMEOUT_MS = 10_000

/**
 * Creates the project's container and waits until it is ready; a start that fails leaves neither container nor
 * assignment. Gives nothing when somebody else turns out to have created it at the same moment.
 */
export async function prepareNew(context: HoldContext): Promise<PreparedContainer | undefined> {
  const { engine, registry, acquisition, reporter, signal } = context
  const { projectPath, settings, preferredPort, preferredWebPort } = acquisition
  await ensureImage(engine, settings.image, {
    onProgress: (progress) => reporter.pulling(settings.image, progress),
    signal,
  })
  try {
    return await onReservedPorts({ registry, projectPath, preferredPort, preferredWebPort }, (ports) =>
      createAndWait(context, ports),
    )
  } catch (error) {
    if (!(error instanceof IrisContainerError) || error.code !== 'CONTAINER_NAME_TAKEN') throw error
    if (!(await isOurs(context, String(error.details.name)))) throw error
    await sleep(50)
    return undefined
  }
}

async function createAndWait(context: HoldContext, ports: ReservedPorts): Promise<PreparedContainer | undefined> {
  const { engine, registry, acquisition, settingsHash, reporter, lease, signal } = context
  const request = createRequest(acquisition.settings, {
    projectPath: acquisition.projectPath,
    registryFolder: registryLabel(registry),
    ...ports,
    settingsHash,
    owner: 'lease',
  })
  signal?.throwIfAborted()
  reporter.starting(request.name, 'boot')
  const id = await createContainer(engine, request, engineTime(context))
  try {
    await recordContainer(context, id, request.name)
    return await untilReady(context, { id, name: request.name, ...ports, isNew: true })
  } catch (error) {
    // It was created here for this start alone, so it goes with the start.
    await removeContainer({ engine, registry, id, except: lease.id, timeoutMs: REMOVAL_TIMEOUT_MS }).catch(() => {})
    throw error
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
    return portIsTaken(context, found, String(error.details.reason))
  }
  return waitForBoot(context, found)
}

/** A container keeps its ports for life: with one of them taken while it was stopped, only another one will do. */
async function portIsTaken(
  { engine, registry, acquisition, lease }: HoldContext,
  { Id }: ContainerInspection,
  reason: string,
): Promise<undefined> {
  const { projectPath, preferredPort } = acquisition
  if (preferredPort !== undefined) await registry.reassignPort(projectPath, { reason })
  await removeContainer({ engine, registry, id: Id, except: lease.id })
  return undefined
}

/**
 * Waits for the boot that a container is in. Whatever becomes of the wait, a container that was there before is not
 * removed. Gives nothing when another boot has begun meanwhile.
 */
export async function waitForBoot(
  context: HoldContext,
  found: Pick<ContainerInspection, 'Id' | 'Name' | 'Config'>,
): Promise<PreparedContainer | undefined> {
  const labels = found.Config.Labels ?? {}
  const ports = { port: Number(labels[LABELS.port]), webPort: Number(labels[LABELS.webPort]) }
  const name = found.Name.replace(/^\//, '')
  await readoptPorts(context, ports)
  if (!(await recordContainer(context, found.Id, name))) return undefined
  return untilReady(context, { id: found.Id, name, ...ports, isNew: false })
}

function engineTime({ acquisition }: HoldContext): { timeoutMs: number } {
  return { timeoutMs: Math.min(ENGINE_TIMEOUT_MS, acquisition.startupTimeoutMs) }
}

async function isOurs({ engine, registry, acquisition }: HoldContext, name: string): Promise<boolean> {
  const labels = (await engine.inspectContainer(name))?.Config.Labels ?? {}
  const port = Number(labels[LABELS.port])
  return labels[LABELS.registry] === registryLabel(registry) && name === containerName(acquisition.projectPath, port)
}
