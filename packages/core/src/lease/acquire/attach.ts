import { connectionInfo } from '../../connection/connection-info.ts'
import { IrisConnection } from '../../connection/iris-connection.ts'
import { LABELS } from '../../container/container-identity.ts'
import { probeSuperserver } from '../../container/superserver-handshake.ts'
import { debugLog } from '../../debug/debug-log.ts'
import type { ContainerInspection } from '../../engine/engine-answers.ts'
import type { ContainerRecord } from '../../ports/document/lease-record.ts'
import type { RegistryDocument } from '../../ports/document/registry-document.ts'
import { pollUntil } from '../../timing/poll-until.ts'
import type { HoldContext } from '../book/hold-context.ts'
import { bindLease } from '../book/run-lease.ts'
import { appliedTo, connectAsAsked, isApplied, type ReadyContainer } from './apply-settings.ts'
import { ownFingerprints } from './decide.ts'
import { unresponsive } from './hold-refusals.ts'
import { decideNext } from './project-view.ts'
import { readoptPorts } from './record-container.ts'
import type { PreparedContainer } from './until-ready.ts'
import type { WarmProbe } from './warm-probe.ts'

const debug = debugLog('lease')

const POLL_MS = 20
/** How long a ready container may leave a handshake unanswered before it counts as hung, in ms. */
const UNRESPONSIVE_MS = 5_000

/**
 * Attaches to a container that registry and engine agree is ready. The lease is bound before the container is asked
 * anything, so that nobody ends it meanwhile.
 * Gives nothing when it is being ended, or isn't what it was any more.
 *
 * @throws LeaseError `CONTAINER_WAIT_TIMEOUT` when it runs but doesn't answer.
 */
export async function attach(context: HoldContext, found: ContainerInspection): Promise<PreparedContainer | undefined> {
  const { registry, engine, host, signal } = context
  const record = await registry.update('attach', (draft) => {
    const record = draft.containers[found.Id]
    if (!record || record.closing || record.set_aside) return undefined
    bindLease(draft, context, found.Id)
    return record
  })
  if (!record) return undefined
  const ready = describe(found, record)
  const deadline = performance.now() + UNRESPONSIVE_MS
  const checkAnswer = async () => {
    const handshake = await probeSuperserver(host, ready.port)
    debug(() => `handshake with ${ready.name} on ${host}:${ready.port}: ${handshake}`)
    if (handshake === 'superserver') return 'answers'
    const now = await engine.inspectContainer(found.Id)
    return now?.State.StartedAt !== found.State.StartedAt || now.State.Status !== 'running' ? 'changed' : undefined
  }
  const outcome = await pollUntil(checkAnswer, { intervalMs: POLL_MS, deadline, signal })
  if (outcome === 'changed') return undefined
  if (outcome === undefined) throw unresponsive(ready.name, UNRESPONSIVE_MS)
  await readoptPorts(context, ready)
  const connection = await connectAsAsked(context, ready, ownFingerprints(found, record))
  return { ...ready, connection, isNew: false }
}

/**
 * Attaches to the probed warm candidate: nothing has to be asked again when the run's lease, taken since, is on that
 * container, and all three agree that it is ready.
 */
export function attachProbed(
  context: HoldContext,
  document: RegistryDocument,
  { found, port, handshake, credentials }: WarmProbe,
): PreparedContainer | undefined {
  const record = document.containers[found.Id]
  if (
    !record ||
    !isOn(document, context, found.Id) ||
    decideNext(context, { document, found, wasReady: true }).kind !== 'attach'
  ) {
    return undefined
  }
  const { wanted, acquisition, host } = context
  if (!isApplied(ownFingerprints(found, record), appliedTo(record), wanted, acquisition.setDefaults)) return undefined
  const ready = describe(found, record)
  if (handshake !== 'superserver' || ready.port !== port) return undefined
  const connection = new IrisConnection(connectionInfo({ host, port, webPort: ready.webPort, ...credentials }))
  return { ...ready, connection, isNew: false }
}

function isOn({ leases }: RegistryDocument, { lease }: HoldContext, id: string): boolean {
  return leases.some((one) => one.id === lease.id && one.container_id === id)
}

function describe({ Id, Name, Config }: ContainerInspection, record: ContainerRecord): ReadyContainer {
  const labels = Config.Labels ?? {}
  return {
    id: Id,
    name: Name.slice(1),
    image: Config.Image,
    port: Number(labels[LABELS.port]),
    webPort: record.no_web ? 0 : Number(labels[LABELS.webPort]),
  }
}
