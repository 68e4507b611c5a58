import { LABELS } from '../container/container-identity.ts'
import type { ContainerInspection } from '../engine/engine-answers.ts'
import type { ContainerRecord, LeaseRecord } from '../ports/lease-record.ts'

/** What is known when a run has to decide what to do about its project's container. */
export interface Situation {
  /** The project's container as the engine sees it now. */
  readonly container: ContainerInspection | undefined
  /** The same as the registry sees it. */
  readonly record: ContainerRecord | undefined
  /** The settings' fingerprint the run wants. */
  readonly settingsHash: string
  /** The only superserver port that will do, if there is one. */
  readonly preferredPort: number | undefined
  /** Whether it is this run that prepares the container, or an older one does. */
  readonly preparing: boolean
  /** Live leases of other runs on this container. */
  readonly holders: readonly LeaseRecord[]
  /** Whether whoever marked the container as closing still lives. */
  readonly closerLives: boolean
}

export type Decision =
  /** It runs, is initialised, and is as wanted. */
  | { readonly kind: 'attach' }
  /** Somebody else is at it. */
  | { readonly kind: 'wait' }
  | { readonly kind: 'create' }
  | { readonly kind: 'unpause' }
  /** It has stopped: start it, and wait for this boot. */
  | { readonly kind: 'start' }
  /** It runs, but nobody has seen this boot become ready. */
  | { readonly kind: 'finish' }
  | { readonly kind: 'remove'; readonly keepPorts: boolean }
  /** It has other settings, and another run needs them. */
  | { readonly kind: 'busy'; readonly holder: LeaseRecord }

/** Find or create, as a pure decision: one step at a time, until the answer is to attach. */
export function decide(situation: Situation): Decision {
  const { container, record, preparing, closerLives } = situation
  if (!container) return preparing ? { kind: 'create' } : { kind: 'wait' }
  if (record?.closing) return preparing && !closerLives ? { kind: 'remove', keepPorts: true } : { kind: 'wait' }
  const [holder] = situation.holders
  if (!isAsWanted(container, situation)) {
    if (holder) return { kind: 'busy', holder }
    return preparing ? { kind: 'remove', keepPorts: false } : { kind: 'wait' }
  }
  const { Status, StartedAt } = container.State
  if (Status === 'running' && record?.ready_boot === StartedAt) return { kind: 'attach' }
  if (!preparing) return { kind: 'wait' }
  switch (Status) {
    case 'running':
      return { kind: 'finish' }
    case 'paused':
      return { kind: 'unpause' }
    case 'exited':
      return { kind: 'start' }
    case 'created':
    case 'dead':
      return { kind: 'remove', keepPorts: true }
    default:
      return { kind: 'wait' }
  }
}

function isAsWanted(container: ContainerInspection, { settingsHash, preferredPort }: Situation): boolean {
  const labels = container.Config.Labels ?? {}
  if (preferredPort !== undefined && labels[LABELS.port] !== String(preferredPort)) return false
  return labels[LABELS.settings] === settingsHash
}
