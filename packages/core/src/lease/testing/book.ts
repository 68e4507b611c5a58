import type { ContainerRecord, LeaseRecord } from '../../ports/document/lease-record.ts'
import { currentProcess, type ProcessIdentity, thisHost } from '../../process/process-identity.ts'

/** This process: it lives. */
export const ALIVE = currentProcess()
/** A process of this host and boot that has ended: pids don't go that far. */
export const DEAD: ProcessIdentity = { pid: 2 ** 30, startTime: '1', host: thisHost() }
/** A process that can't be judged from here. */
export const FOREIGN: ProcessIdentity = { pid: 1, startTime: '1', host: 'elsewhere/boot/1' }

export const PROJECT = '/home/me/project'
export const ENGINE = 'unix:///var/run/docker.sock'
export const NOW = Date.parse('2027-01-01T12:00:00Z')

export function lease(id: string, change: Partial<LeaseRecord> = {}): LeaseRecord {
  return {
    id,
    project_path: PROJECT,
    runner: 'vitest',
    process: ALIVE,
    acquired_at: new Date(NOW).toISOString(),
    namespaces: [],
    ...change,
  }
}

export function container(change: Partial<ContainerRecord> = {}): ContainerRecord {
  return {
    project_path: PROJECT,
    name: 'iris_0_1972',
    engine: ENGINE,
    settings: 'image=a namespace=d',
    ready_boot: 'boot 1',
    keep: 'warm',
    idle_timeout_ms: 1_000,
    ...change,
  }
}
