import { setTimeout as sleep } from 'node:timers/promises'
import { connectionInfo } from '../connection/connection-info.ts'
import { IrisConnection } from '../connection/iris-connection.ts'
import { LABELS } from '../container/container-identity.ts'
import { shakeHands } from '../container/superserver-handshake.ts'
import type { ContainerInspection } from '../engine/engine-answers.ts'
import type { ContainerRecord } from '../ports/lease-record.ts'
import type { RegistryDocument } from '../ports/registry-document.ts'
import type { Glimpse } from './glimpse.ts'
import type { HoldContext } from './hold-context.ts'
import { unresponsive } from './hold-refusals.ts'
import { decideNext } from './project-view.ts'
import { putOn } from './run-lease.ts'
import type { PreparedContainer } from './until-ready.ts'

const POLL_MS = 20
/** How long a ready container may leave a handshake unanswered before it counts as hung, in ms. */
const UNRESPONSIVE_MS = 5_000

/**
 * Attaches to a container that is ready by everybody's word. It is held before it is spoken to, so nobody ends it meanwhile.
 * Gives nothing when it is being ended, or isn't what it was any more.
 *
 * @throws LeaseError `CONTAINER_WAIT_TIMEOUT` when it runs but doesn't answer.
 */
export async function attach(context: HoldContext, found: ContainerInspection): Promise<PreparedContainer | undefined> {
  const { registry, engine, host, signal } = context
  const record = await registry.update('attach', (draft) => {
    const record = draft.containers[found.Id]
    if (!record || record.closing) return undefined
    putOn(draft, context, found.Id)
    return record
  })
  if (!record) return undefined
  const prepared = describe(context, found, record)
  const givingUp = performance.now() + UNRESPONSIVE_MS
  while ((await shakeHands(host, prepared.port)) !== 'superserver') {
    signal?.throwIfAborted()
    const now = await engine.inspectContainer(found.Id)
    if (now?.State.StartedAt !== found.State.StartedAt || now.State.Status !== 'running') return undefined
    if (performance.now() > givingUp) throw unresponsive(prepared.name, UNRESPONSIVE_MS)
    await sleep(POLL_MS)
  }
  return prepared
}

/**
 * Attaches to what a first look has shown: nothing has to be asked again when the run's lease, taken since, is on that
 * container, and all three agree that it is ready.
 */
export function attachAtOnce(
  context: HoldContext,
  document: RegistryDocument,
  { found, port, handshake }: Glimpse,
): PreparedContainer | undefined {
  const record = document.containers[found.Id]
  if (!record || !isOn(document, context, found.Id) || decideNext(context, { document, found }).kind !== 'attach') {
    return undefined
  }
  const prepared = describe(context, found, record)
  return handshake === 'superserver' && prepared.port === port ? prepared : undefined
}

function isOn({ leases }: RegistryDocument, { lease }: HoldContext, id: string): boolean {
  return leases.some((one) => one.id === lease.id && one.container_id === id)
}

function describe(
  { host, acquisition }: HoldContext,
  found: ContainerInspection,
  record: ContainerRecord,
): PreparedContainer {
  const labels = found.Config.Labels ?? {}
  const port = Number(labels[LABELS.port])
  const webPort = record.no_web ? 0 : Number(labels[LABELS.webPort])
  const { namespace, username, password, image } = acquisition.settings
  const connection = new IrisConnection(connectionInfo({ host, port, webPort, namespace, username, password }))
  return { id: found.Id, name: found.Name.replace(/^\//, ''), image, port, webPort, connection, isNew: false }
}
