import { LABELS } from '../../container/container-identity.ts'
import { differingFixed, type Fingerprints, parseFingerprints } from '../../container/settings-fingerprints.ts'
import type { ContainerInspection } from '../../engine/engine-answers.ts'
import type { ContainerRecord, LeaseRecord } from '../../ports/document/lease-record.ts'

/** What is known when a run has to decide what to do about its project's container. */
export interface Situation {
  /** The project's container as the engine sees it now. */
  readonly container: ContainerInspection | undefined
  /** The same as the registry sees it. */
  readonly record: ContainerRecord | undefined
  /** Whether it has been ready at some time, so that it may hold data. */
  readonly wasReady: boolean
  /** Fingerprints of the settings the run wants. */
  readonly wanted: Fingerprints
  /** Whether the run replaces a container that has other settings. */
  readonly replace: boolean
  /** The only superserver port that will do, if there is one. */
  readonly preferredPort: number | undefined
  /** The only web port that will do, if there is one. */
  readonly preferredWebPort: number | undefined
  /** Whether it is this run that prepares the container, or an older one does. */
  readonly preparing: boolean
  /** Live leases of other runs on this container. */
  readonly holders: readonly LeaseRecord[]
  /** Whether another live process is ending the container. */
  readonly beingEnded: boolean
}

export type Decision =
  /** It runs, is initialised, and is as wanted. */
  | { readonly kind: 'attach' }
  /** Another process is working on it. */
  | { readonly kind: 'wait' }
  | { readonly kind: 'create' }
  | { readonly kind: 'unpause' }
  /** It has stopped: start it, and wait for this boot. */
  | { readonly kind: 'start' }
  /** It runs, but nobody has seen this boot become ready. */
  | { readonly kind: 'awaitBoot' }
  /** It never was ready, so it holds no data. */
  | { readonly kind: 'remove' }
  /** It has other settings, and the user said that another one takes its place. */
  | { readonly kind: 'replace' }
  /** It has other settings, and may hold a user's data. */
  | { readonly kind: 'differs' }
  /** It has other settings, and another run needs them. */
  | { readonly kind: 'busy'; readonly holder: LeaseRecord }

/** Find or create, as a pure decision: one step at a time, until the answer is to attach. */
export function decide(situation: Situation): Decision {
  const { container, record, preparing, beingEnded } = situation
  if (!container) return preparing ? { kind: 'create' } : { kind: 'wait' }
  if (beingEnded) return { kind: 'wait' }
  if (record?.closing) return preparing ? { kind: 'remove' } : { kind: 'wait' }
  const { Status, StartedAt } = container.State
  if (Status === 'removing' || Status === 'restarting') return { kind: 'wait' }
  if (!isAsWanted(container, situation)) {
    const [holder] = situation.holders
    if (holder) return { kind: 'busy', holder }
    if (!preparing) return { kind: 'wait' }
    if (!situation.wasReady || Status === 'created' || Status === 'dead') return { kind: 'remove' }
    return { kind: situation.replace ? 'replace' : 'differs' }
  }
  if (Status === 'running' && record?.ready_boot === StartedAt) return { kind: 'attach' }
  if (!preparing) return { kind: 'wait' }
  switch (Status) {
    case 'running':
      return { kind: 'awaitBoot' }
    case 'paused':
      return { kind: 'unpause' }
    case 'exited':
      return { kind: 'start' }
    // Its creator died before it had all its files, or the engine couldn't end it: it can't be used any more.
    case 'created':
    case 'dead':
      return { kind: 'remove' }
  }
}

/** The container's own settings: as the registry has them, else as they were when it was created. */
export function ownFingerprints(
  container: Pick<ContainerInspection, 'Config'>,
  record: Pick<ContainerRecord, 'settings'> | undefined,
): Fingerprints {
  return parseFingerprints(record?.settings ?? container.Config.Labels?.[LABELS.settings])
}

function isAsWanted(container: ContainerInspection, situation: Situation): boolean {
  const labels = container.Config.Labels ?? {}
  return (
    differingFixed(ownFingerprints(container, situation.record), situation.wanted).length === 0 &&
    isOn(labels[LABELS.port], situation.preferredPort) &&
    isOn(labels[LABELS.webPort], situation.preferredWebPort)
  )
}

function isOn(label: string | undefined, port: number | undefined): boolean {
  return port === undefined || label === String(port)
}
