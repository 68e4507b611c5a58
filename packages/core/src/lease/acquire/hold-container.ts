import { setTimeout as sleep } from 'node:timers/promises'
import { debugLog } from '../../debug/debug-log.ts'
import type { ContainerInspection } from '../../engine/engine-answers.ts'
import type { RegistryDocument } from '../../ports/document/registry-document.ts'
import { pollUntil } from '../../timing/poll-until.ts'
import type { HoldContext } from '../book/hold-context.ts'
import { preparerOf } from '../book/lease-book.ts'
import { bindLease } from '../book/run-lease.ts'
import { removeContainer } from '../cleanup/index.ts'
import { attach, attachProbed } from './attach.ts'
import { describeDifferences } from './container-differences.ts'
import type { Decision } from './decide.ts'
import { busy, differs, waitedTooLong } from './hold-refusals.ts'
import { prepareNew, prepareStopped } from './prepare-container.ts'
import { decideNext, isBound, type ProjectView, viewProject } from './project-view.ts'
import { replaceContainer } from './replace-container.ts'
import type { PreparedContainer } from './until-ready.ts'
import { waitForBoot } from './wait-for-boot.ts'
import type { WarmProbe } from './warm-probe.ts'

const debug = debugLog('lease')

/** How often a waiting run reads the registry, in ms. */
const POLL_MS = 20
/** How often it asks the engine even though the registry hasn't changed, in ms. */
const ENGINE_CHECK_MS = 500

/** A container that this run's lease is on. */
export interface Hold extends PreparedContainer {
  readonly start: 'warm' | 'cold'
}

/**
 * Puts the run's lease on its project's container: attaches to the one that is ready, or makes one ready. Of several
 * runs that come at once, the one with the oldest lease does the work and the others wait for its mark.
 *
 * @param document the registry as it was when the lease was taken.
 * @param probe the probe of the warm candidate.
 * @throws LeaseError `CONTAINER_BUSY`, `CONTAINER_WAIT_TIMEOUT`; what a start throws.
 */
export async function holdContainer(
  context: HoldContext,
  document: RegistryDocument,
  probe: WarmProbe | undefined,
): Promise<Hold> {
  const attached = probe && attachProbed(context, document, probe)
  if (attached) return { ...attached, start: 'warm' }
  const { signal, registry, reporter, acquisition } = context
  const waitLimitMs = 2 * acquisition.startupTimeoutMs
  let deadline = performance.now() + waitLimitMs
  let start: Hold['start'] = 'warm'
  for (;;) {
    signal?.throwIfAborted()
    const view = await viewProject(context)
    const decision = decideNext(context, view)
    debug(() => describeDecision(context, view, decision))
    if (decision.kind === 'attach' && view.found) {
      const prepared = await attach(context, view.found)
      if (prepared) return { ...prepared, start }
      await sleep(POLL_MS)
    } else if (isBound(context, view.document)) {
      // The warm candidate turned out not to be ready: this run joins those that wait for one or make one.
      await registry.update('prepare', (draft) => bindLease(draft, context, undefined))
    } else if (decision.kind === 'wait') {
      start = 'cold'
      reporter.starting('', 'waiting')
      if (await isBeingPulled(context, view)) deadline = performance.now() + waitLimitMs
      if (performance.now() > deadline) throw waitedTooLong(context, view.document)
      await untilSomethingChanges(context, view)
    } else {
      const prepared = await carryOut(context, decision, view.found)
      if (prepared) return { ...prepared, start: 'cold' }
      if (decision.kind !== 'unpause') start = 'cold'
    }
  }
}

async function carryOut(
  context: HoldContext,
  decision: Decision,
  found: ContainerInspection | undefined,
): Promise<PreparedContainer | undefined> {
  const { engine, registry, lease } = context
  if (decision.kind === 'create') return prepareNew(context)
  if (found === undefined) return undefined
  switch (decision.kind) {
    case 'unpause':
      await engine.unpauseContainer(found.Id)
      return undefined
    case 'start':
      return prepareStopped(context, found)
    case 'awaitBoot':
      return waitForBoot(context, found)
    case 'busy':
      throw busy(context, decision.holder, await describeDifferences(context, found))
    case 'differs':
      throw differs(context, found.Name.slice(1), await describeDifferences(context, found))
    case 'replace':
      return replaceContainer(context, found)
    case 'remove':
      await removeContainer({ engine, registry, id: found.Id, except: lease.id })
      return undefined
    default:
      return undefined
  }
}

/** A pull takes what the network takes: while the image isn't there, waiting for another run's start has no deadline. */
async function isBeingPulled({ engine, acquisition }: HoldContext, { found }: ProjectView): Promise<boolean> {
  return found === undefined && (await engine.inspectImage(acquisition.settings.image)) === undefined
}

/** Until the registry has changed, or who prepares the container has died, or it is time to ask the engine again. */
async function untilSomethingChanges(
  { registry, acquisition: { projectPath }, signal }: HoldContext,
  { document }: ProjectView,
): Promise<void> {
  const preparer = preparerOf(document, projectPath)?.id
  const hasChanged = async () => {
    const now = await registry.read()
    const isOther = now.generation !== document.generation || preparerOf(now, projectPath)?.id !== preparer
    return isOther || undefined
  }
  const changed = await pollUntil(hasChanged, {
    wait: () => registry.waitForChange(document.generation, POLL_MS, ENGINE_CHECK_MS),
    deadline: performance.now() + ENGINE_CHECK_MS,
    signal,
  })
  debug(() => `waited: ${changed ? 'the registry has changed' : 'no change'}`)
}

function describeDecision(
  { lease }: HoldContext,
  { document, found, wasReady }: ProjectView,
  { kind }: Decision,
): string {
  const record = found && document.containers[found.Id]
  const container = found
    ? `${found.Name.slice(1)} ${found.State.Status}, boot ${found.State.StartedAt}, ready mark ${record?.ready_boot ?? 'none'}, ${wasReady ? 'was ready' : 'never ready'}`
    : 'no container'
  return `${kind}: ${container}; lease ${lease.id}, generation ${document.generation}`
}
