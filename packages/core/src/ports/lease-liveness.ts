import { livenessOf } from '../process/process-identity.ts'
import type { LeaseRecord } from './lease-record.ts'

/** Whether the lease's holder lives, or may live for all that can be known here. */
export function mayLive(lease: LeaseRecord): boolean {
  return !lease.abandoned && livenessOf(lease.process) !== 'dead'
}
