import { setTimeout as sleep } from 'node:timers/promises'
import { connectionInfo } from '../connection/connection-info.ts'
import { IrisConnection } from '../connection/iris-connection.ts'
import { LABELS } from '../container/container-identity.ts'
import { shakeHands } from '../container/superserver-handshake.ts'
import type { ContainerInspection } from '../engine/engine-answers.ts'
import type { EngineClient } from '../engine/engine-client.ts'
import type { LeaseRecord } from '../ports/lease-record.ts'
import type { PortRegistry } from '../ports/port-registry.ts'
import type { RegistryDocument } from '../ports/registry-document.ts'
import { currentProcess, livenessOf } from '../process/process-identity.ts'
import type { Acquisition } from './acquire-options.ts'
import { type Decision, decide } from './decide.ts'
import { changeContainer, changeLease, holdersOf, isSame, preparerOf } from './lease-book.ts'
import { LeaseError } from './lease-error.ts'
import { type PreparedContainer, prepareNew, prepareStopped, waitForBoot } from './prepare-container.ts'
import { removeContainer } from './remove-container.ts'
import type { StartReporter } from './start-reporter.ts'

const POLL_MS = 20
/** How long a ready container may leave a handshake unanswered before it counts as hung, in ms. */
const UNRESPONSIVE_MS = 5_000

export interface HoldContext {
  readonly engine: EngineClient
  readonly registry: PortRegistry
  readonly acquisition: Acquisition
  readonly settingsHash: string
  readonly leaseId: string
  /** The name the container's ports are reached by. */
  readonly host: string
  readonly reporter: StartReporter
  readonly signal: AbortSignal | undefined
}

/** A container that this run's lease is on. */
export interface Hold extends PreparedContainer {
  readonly start: 'warm' | 'cold'
}

/**
 * Puts the run's lease on its project's container: attaches to the one that is ready, or makes one ready. Of several
 * runs that come at once, the one with the oldest lease does the work and the others wait for its mark.
 *
 * @throws LeaseError `CONTAINER_BUSY`, `CONTAINER_WAIT_TIMEOUT`; what a start throws.
 */
export async function holdContainer(context: HoldContext): Promise<Hold> {
  const givingUp = performance.now() + 2 * context.acquisition.startupTimeoutMs
  let cold = false
  for (;;) {
    context.signal?.throwIfAborted()
    const { found, document } = await look(context)
    const decision = decideNow(context, found, document)
    if (decision.kind === 'attach' && found) {
      const hold = await attach(context, found)
      if (hold) return { ...hold, start: cold ? 'cold' : 'warm' }
      continue
    }
    await becomePreparing(context, document)
    if (decision.kind === 'wait') {
      if (performance.now() > givingUp) throw waitedTooLong(context, document)
      context.reporter.starting('', 'waiting')
      await sleep(POLL_MS, undefined, context.signal ? { signal: context.signal } : {})
      cold = true
      continue
    }
    const prepared = await carryOut(context, decision, found)
    if (prepared) return { ...prepared, start: 'cold' }
    cold = cold || decision.kind !== 'unpause'
  }
}

async function look({ engine, registry, acquisition }: HoldContext) {
  const document = await registry.read()
  const [known] =
    Object.entries(document.containers).find(([, record]) => record.project_path === acquisition.projectPath) ?? []
  const found = known === undefined ? undefined : await engine.inspectContainer(known)
  if (found) return { found, document }
  const [listed] = await engine.listContainers({
    labels: [
      `${LABELS.project}=${acquisition.projectPath}`,
      `${LABELS.registry}=${registry.folder}`,
      `${LABELS.owner}=lease`,
    ],
  })
  return { found: listed ? await engine.inspectContainer(listed.Id) : undefined, document }
}

function decideNow(
  { acquisition, settingsHash, leaseId }: HoldContext,
  found: ContainerInspection | undefined,
  document: RegistryDocument,
): Decision {
  const record = found ? document.containers[found.Id] : undefined
  const preparer = preparerOf(document, acquisition.projectPath)
  const optimistic = document.leases.find((lease) => lease.id === leaseId)?.container_id !== undefined
  return decide({
    container: found,
    record,
    settingsHash,
    preferredPort: acquisition.preferredPort,
    preparing: preparer?.id === leaseId || (preparer === undefined && !optimistic),
    holders: found ? holdersOf(document, found.Id, leaseId) : [],
    closerLives:
      record?.closing !== undefined &&
      !isSame(record.closing, currentProcess()) &&
      livenessOf(record.closing) !== 'dead',
  })
}

/** The ready container is held before it is spoken to, so nobody ends it meanwhile. */
async function attach(context: HoldContext, found: ContainerInspection): Promise<PreparedContainer | undefined> {
  const { registry, leaseId, acquisition } = context
  const held = await registry.update('attach', (draft) => {
    const record = draft.containers[found.Id]
    if (!record || record.closing) return false
    if (
      draft.leases.find((lease) => lease.id === leaseId)?.container_id === found.Id &&
      record.idle_since === undefined
    ) {
      return true
    }
    changeLease(draft, leaseId, { container_id: found.Id })
    const { keep, idleTimeoutMs } = acquisition
    changeContainer(draft, found.Id, { keep, idle_timeout_ms: idleTimeoutMs, idle_since: undefined })
    return true
  })
  if (!held) return undefined
  const prepared = describe(context, found)
  const givingUp = performance.now() + UNRESPONSIVE_MS
  while ((await shakeHands(context.host, prepared.port)) !== 'superserver') {
    const now = await context.engine.inspectContainer(found.Id)
    if (now?.State.StartedAt !== found.State.StartedAt || now.State.Status !== 'running') return undefined
    if (performance.now() > givingUp) throw unresponsive(prepared.name)
    await sleep(POLL_MS)
  }
  return prepared
}

async function carryOut(
  context: HoldContext,
  decision: Decision,
  found: ContainerInspection | undefined,
): Promise<PreparedContainer | undefined> {
  const { engine, registry } = context
  switch (decision.kind) {
    case 'create':
      return prepareNew(context)
    case 'busy':
      throw busy(context, decision.holder)
    case 'unpause':
      await engine.unpauseContainer((found as ContainerInspection).Id)
      return undefined
    case 'start':
      return prepareStopped(context, found as ContainerInspection)
    case 'finish':
      return waitForBoot(context, found as ContainerInspection)
    case 'remove':
      await removeContainer({
        engine,
        registry,
        id: (found as ContainerInspection).Id,
        keepPorts: decision.keepPorts,
        except: context.leaseId,
      })
      return undefined
    default:
      return undefined
  }
}

/** A run whose hope for a ready container failed joins those that wait for one, or prepares it. */
async function becomePreparing({ registry, leaseId }: HoldContext, document: RegistryDocument): Promise<void> {
  if (document.leases.find((lease) => lease.id === leaseId)?.container_id === undefined) return
  await registry.update('prepare', (draft) => changeLease(draft, leaseId, { container_id: undefined }))
}

function describe({ host, acquisition }: HoldContext, found: ContainerInspection): PreparedContainer {
  const labels = found.Config.Labels ?? {}
  const port = Number(labels[LABELS.port])
  const webPort = Number(labels[LABELS.webPort])
  const { namespace, username, password, image } = acquisition.settings
  const connection = new IrisConnection(connectionInfo({ host, port, webPort, namespace, username, password }))
  return { id: found.Id, name: found.Name.replace(/^\//, ''), image, port, webPort, connection }
}

function busy({ acquisition }: HoldContext, holder: LeaseRecord): LeaseError {
  return new LeaseError({
    code: 'CONTAINER_BUSY',
    message: `The container of ${acquisition.projectPath} is in use with other settings by ${nameOf(holder)}.`,
    hint: 'Wait for that run to end, use the same settings (image, memory, merge lines, …), or give this one a project of its own:\nexport IRIS_PROJECT_PATH=<another folder>',
    details: { projectPath: acquisition.projectPath, holder },
  })
}

function waitedTooLong({ acquisition, registry }: HoldContext, document: RegistryDocument): LeaseError {
  const preparer = preparerOf(document, acquisition.projectPath)
  return new LeaseError({
    code: 'CONTAINER_WAIT_TIMEOUT',
    message: `Another run, ${preparer ? nameOf(preparer) : 'unknown'}, was starting the container of ${acquisition.projectPath}, but it did not become ready in time.`,
    hint: `End that run, then try again. Who holds what: npx iris-devtester ports inspect ${acquisition.projectPath}`,
    details: { projectPath: acquisition.projectPath, preparer, registry: registry.registryPath },
  })
}

function unresponsive(name: string): LeaseError {
  return new LeaseError({
    code: 'CONTAINER_WAIT_TIMEOUT',
    message: `The container ${name} runs, but its superserver has not answered for ${UNRESPONSIVE_MS / 1_000} s.`,
    hint: `Restart it: npx iris-devtester restart\nor look at it: docker logs ${name}`,
    details: { name },
  })
}

function nameOf({ runner, process, acquired_at }: LeaseRecord): string {
  return `${runner} (pid ${process.pid}, since ${acquired_at})`
}
