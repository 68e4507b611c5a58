import { debugLog } from '../../debug/debug-log.ts'
import type { LeaseRecord } from '../../ports/document/lease-record.ts'
import { findAssignment } from '../../ports/document/port-assignment.ts'
import type { RegistryDocument } from '../../ports/document/registry-document.ts'
import type { PortRegistry } from '../../ports/port-registry.ts'
import { currentProcess } from '../../process/process-identity.ts'
import type { Acquisition } from './acquire-options.ts'
import type { HoldContext } from './hold-context.ts'
import { changeContainer, changeLease, type LeaseBook, readyContainerOf } from './lease-book.ts'
import { namespacesFor } from './namespace-names.ts'

const debug = debugLog('lease')

const RENEWAL_MS = 60_000

/** A run's lease before it is on any container. */
export function newLease(id: string, engine: string, acquisition: Acquisition): LeaseRecord {
  const { projectPath, runner, isolation, workers } = acquisition
  return {
    id,
    project_path: projectPath,
    runner,
    process: currentProcess(),
    acquired_at: new Date().toISOString(),
    engine,
    workers,
    namespaces: namespacesFor(id, isolation, workers),
  }
}

/**
 * Takes the lease. It comes first: from here on, whoever looks knows that this run is coming. Where a container is ready by
 * the registry's word, the lease is on it at once, so nobody ends it meanwhile.
 */
export function takeLease(context: HoldContext): Promise<RegistryDocument> {
  const { registry } = context
  const change = (draft: RegistryDocument) => {
    bindLease(draft, context, findWarmCandidate(draft, context))
    return draft
  }
  return registry.update('acquire', change, { durable: false })
}

/** What is known of a run before it has taken its lease. */
export type CandidateContext = Pick<HoldContext, 'acquisition' | 'engine' | 'wanted' | 'host'>

/** The ready container that the run is likely to get. */
export function findWarmCandidate(
  document: RegistryDocument,
  { acquisition, engine, wanted }: Omit<CandidateContext, 'host'>,
): string | undefined {
  const { projectPath, preferredPort, preferredWebPort } = acquisition
  const isOn = (service: 'iris' | 'iris-web', port: number | undefined) =>
    port === undefined || findAssignment(document, projectPath, service)?.port === port
  if (!isOn('iris', preferredPort) || !isOn('iris-web', preferredWebPort)) return undefined
  return readyContainerOf(document, { projectPath, engine: engine.address, settings: wanted })
}

/** Puts the run's lease on a container, in the registry's draft. A lease that was lost (a cleared registry) comes back. */
export function bindLease(
  draft: LeaseBook,
  { lease, acquisition }: HoldContext,
  containerId: string | undefined,
): void {
  if (!draft.leases.some(({ id }) => id === lease.id)) draft.leases.push(lease)
  changeLease(draft, lease.id, { container_id: containerId })
  if (containerId === undefined) return
  changeContainer(draft, containerId, { ...acquisition.asked, idle_since: undefined })
}

/**
 * Renews a lease while it is held, for those who can't judge its holder by its process.
 *
 * @returns what ends that.
 */
export function keepRenewed(registry: PortRegistry, leaseId: string): () => void {
  const timer = setInterval(() => {
    registry
      .renewLease(leaseId)
      // A registry that is out of reach for a minute is no reason to end a test run.
      .catch((error) => debug.swallowed('renew lease', error))
  }, RENEWAL_MS)
  timer.unref()
  return () => clearInterval(timer)
}
