import type { ContainerRecord, LeaseRecord, RegistryDocument } from '@iris-devtester/core/ports'
import { mapProcesses, markForeign, ownHost } from './foreign-hosts.ts'

/** What the server sends of a registry: a list for each table, with ages in ms by the server's clock. */
export interface SentDocument {
  readonly generation: number
  /** The projects whose rows these are; `null` where it is everything. */
  readonly touched: readonly string[] | null
  readonly created_at: string
  readonly ranges: RegistryDocument['ranges'] | null
  readonly projects: readonly [string, string, boolean, boolean][] | null
  readonly assignments: readonly SentAssignment[] | null
  readonly remembered: readonly [string, string, number, string][] | null
  readonly system: readonly [number, string, string, string][] | null
  readonly leases: readonly SentLease[] | null
  readonly containers: readonly SentContainer[] | null
  readonly reaper: readonly [number, string] | null
  readonly history: readonly [string, string, number, string, string, string][] | null
}

type SentAssignment = readonly [
  project: string,
  service: string,
  port: number,
  assignedAt: string,
  type: string,
  status: string,
  container: string | null,
  expiresAt: string | null,
]

interface SentLease {
  readonly id: string
  readonly project: string
  readonly runner: string
  readonly machine: string
  readonly pid: number
  readonly start_time: string
  readonly container_id: string | null
  readonly acquired_at: string
  readonly renewed_age: number
  readonly swept_age: number | null
  readonly detail: Partial<LeaseRecord>
}

interface SentContainer {
  readonly id: string
  readonly project: string
  readonly name: string
  readonly keep: ContainerRecord['keep']
  readonly idle_age: number | null
  readonly closing_age: number | null
  readonly detail: Partial<ContainerRecord>
}

/** A registry's document, and the version of each of its projects. */
export interface ReadDocument {
  readonly document: RegistryDocument
  readonly versions: ReadonlyMap<string, string>
}

/**
 * The document of what the server sent. Ages become times of this machine's clock, however wrong that is: who compares them
 * with it gets the age back.
 *
 * @param address how this machine reaches the engine; records name it, whichever way their writers reach it
 */
export function readDocument(
  sent: SentDocument,
  { now, address }: { readonly now: number; readonly address: string | undefined },
): ReadDocument {
  const ago = (age: number) => new Date(now - age).toISOString()
  const engine = address === undefined ? {} : { engine: address }
  const document = {
    schema_version: '1.0',
    created_at: sent.created_at,
    generation: sent.generation,
    transactions: [],
    assignments: [],
    service_assignments: [],
    remembered: (sent.remembered ?? []).map(([project_path, service, port, released_at]) => ({
      project_path,
      service,
      port,
      released_at,
    })),
    imported: [],
    folders: {},
    system: {},
    ...(sent.ranges === null ? {} : { ranges: sent.ranges }),
    leases: (sent.leases ?? []).map((one) => ({
      ...mapProcesses(one.detail, markForeign),
      ...engine,
      id: one.id,
      project_path: one.project,
      runner: one.runner,
      process: markForeign({ pid: one.pid, startTime: one.start_time, host: one.machine }),
      acquired_at: one.acquired_at,
      renewed_at: ago(one.renewed_age),
      ...(one.container_id === null ? {} : { container_id: one.container_id }),
      ...(one.swept_age === null ? {} : { swept_since: ago(one.swept_age) }),
    })),
    containers: {},
    history: (sent.history ?? []).map(([at, action, port, project_path, service, reason]) => ({
      at,
      action,
      port,
      project_path,
      service,
      reason,
    })),
  } as unknown as RegistryDocument
  const versions = new Map<string, string>()
  for (const [project, version, folder, imported] of sent.projects ?? []) {
    versions.set(project, version)
    if (folder) document.folders[project] = true
    if (imported) document.imported.push(project)
  }
  for (const one of sent.assignments ?? []) {
    const [project_path, service, port, assigned_at, assignment_type, status, container_name, expires_at] = one
    const record = { project_path, port, assigned_at, assignment_type, status, container_name }
    const limit = expires_at === null ? {} : { expires_at }
    if (service === 'iris') document.assignments.push(record as RegistryDocument['assignments'][number])
    else
      document.service_assignments.push({
        ...record,
        service,
        ...limit,
      } as RegistryDocument['service_assignments'][number])
  }
  for (const [port, service, status, registered_at] of sent.system ?? []) {
    document.system[String(port)] = { service, status, registered_at }
  }
  for (const one of sent.containers ?? []) {
    document.containers[one.id] = {
      ...mapProcesses(one.detail, markForeign),
      ...engine,
      project_path: one.project,
      name: one.name,
      keep: one.keep,
      ...(one.idle_age === null ? {} : { idle_since: ago(one.idle_age) }),
      ...(one.closing_age === null ? {} : { closing_since: ago(one.closing_age) }),
    } as ContainerRecord
  }
  if (sent.reaper) document.reaper = { pid: sent.reaper[0], startTime: sent.reaper[1], host: ownHost() }
  return { document, versions }
}
