import { setTimeout as sleep } from 'node:timers/promises'
import type { IrisConnection } from '../connection/iris-connection.ts'
import { IrisContainerError } from '../container/container-error.ts'
import { containerName, LABELS } from '../container/container-identity.ts'
import { createContainer } from '../container/create-container.ts'
import { createRequest, hasAfterHook } from '../container/create-request.ts'
import { ensureImage } from '../container/pull-image.ts'
import { onReservedPorts, type ReservedPorts } from '../container/reserved-ports.ts'
import { waitUntilReady } from '../container/wait-until-ready.ts'
import type { ContainerInspection } from '../engine/engine-answers.ts'
import type { HoldContext } from './hold-container.ts'
import { changeContainer, changeLease } from './lease-book.ts'

/** A container of IRIS that is ready. */
export interface PreparedContainer {
  readonly id: string
  readonly name: string
  readonly image: string
  readonly port: number
  readonly webPort: number
  readonly connection: IrisConnection
}

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

async function createAndWait(context: HoldContext, ports: ReservedPorts): Promise<PreparedContainer> {
  const { engine, registry, acquisition, settingsHash, reporter } = context
  const { projectPath, settings, keep, idleTimeoutMs } = acquisition
  const request = createRequest(settings, {
    projectPath,
    registryFolder: registry.folder,
    ...ports,
    settingsHash,
    owner: 'lease',
  })
  reporter.starting(request.name, 'boot')
  const id = await createContainer(engine, request)
  try {
    await registry.update('created', (draft) => {
      draft.containers[id] = {
        project_path: projectPath,
        name: request.name,
        engine: engine.address,
        keep,
        idle_timeout_ms: idleTimeoutMs,
      }
    })
    await registry.setContainerName(projectPath, request.name)
    return await untilReady(context, { id, name: request.name, ...ports, since: 0 })
  } catch (error) {
    // It was created here for this start alone, so it goes with the start.
    await engine.removeContainer(id).catch(() => {})
    await registry
      .update('failed', (draft) => {
        delete draft.containers[id]
      })
      .catch(() => {})
    throw error
  }
}

/** Starts a container that has stopped, keeping its data and its ports. */
export async function prepareStopped(context: HoldContext, found: ContainerInspection): Promise<PreparedContainer> {
  const { engine, reporter } = context
  reporter.starting(found.Name.slice(1), 'boot')
  await engine.startContainer(found.Id)
  return waitForBoot(context, found)
}

/**
 * Waits for the boot that a container is in; only output since the boot before it ended counts. Whatever becomes of the
 * wait, a container that was there before is not removed.
 */
export async function waitForBoot(context: HoldContext, found: ContainerInspection): Promise<PreparedContainer> {
  const { registry, acquisition, engine } = context
  const { projectPath, keep, idleTimeoutMs } = acquisition
  const labels = found.Config.Labels ?? {}
  const ports = { port: Number(labels[LABELS.port]), webPort: Number(labels[LABELS.webPort]) }
  const name = found.Name.replace(/^\//, '')
  await registry.update('found', (draft) => {
    draft.containers[found.Id] = {
      ...draft.containers[found.Id],
      project_path: projectPath,
      name,
      engine: engine.address,
      keep,
      idle_timeout_ms: idleTimeoutMs,
    }
  })
  await readopt(context, ports, name)
  const inspection = await engine.inspectContainer(found.Id)
  const finished = Date.parse(inspection?.State.FinishedAt ?? '') / 1_000
  const since = Number.isNaN(finished) || finished < 0 ? 0 : finished
  return untilReady(context, { id: found.Id, name, ...ports, since })
}

/** A container that outlived its assignments (a registry that was cleared) takes its ports up again. */
async function readopt({ registry, acquisition }: HoldContext, ports: ReservedPorts, name: string): Promise<void> {
  const { projectPath } = acquisition
  for (const [service, port] of [
    ['iris', ports.port],
    ['iris-web', ports.webPort],
  ] as const) {
    const assignment = await registry.getAssignment(projectPath, { service })
    if (assignment === undefined) await registry.assignPort(projectPath, { service, preferredPort: port })
  }
  await registry.setContainerName(projectPath, name)
}

interface Boot extends ReservedPorts {
  readonly id: string
  readonly name: string
  readonly since: number
}

async function untilReady(context: HoldContext, boot: Boot): Promise<PreparedContainer> {
  const { engine, registry, acquisition, host, reporter, signal, leaseId } = context
  const { settings, startupTimeoutMs } = acquisition
  const { image, namespace, username, password } = settings
  const { id, name, port, webPort, since } = boot
  const connection = await waitUntilReady({
    engine,
    id,
    name,
    image,
    connection: { host, port, webPort, namespace, username, password },
    since,
    timeoutMs: startupTimeoutMs,
    afterHook: hasAfterHook(settings.command),
    signal,
    onPhase: (phase) => reporter.starting(name, phase),
  })
  const inspection = await engine.inspectContainer(id)
  await registry.update('ready', (draft) => {
    changeContainer(draft, id, { ready_boot: inspection?.State.StartedAt, idle_since: undefined, closing: undefined })
    changeLease(draft, leaseId, { container_id: id })
  })
  return { id, name, image, port, webPort: connection.webPort, connection }
}

async function isOurs({ engine, registry, acquisition }: HoldContext, name: string): Promise<boolean> {
  const labels = (await engine.inspectContainer(name))?.Config.Labels ?? {}
  const port = Number(labels[LABELS.port])
  return labels[LABELS.registry] === registry.folder && name === containerName(acquisition.projectPath, port)
}
