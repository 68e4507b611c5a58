import type { ContainerRecord, LeaseRecord, RegistryDocument } from '@iris-devtester/core/ports'
import type { Entries, Listed } from './difference.ts'
import { mapProcesses, unmark } from './foreign-hosts.ts'

/** Assignments as rows, in the order of the columns that the server is told. */
export function assignmentsOf({ assignments, service_assignments }: Listed): Entries<readonly unknown[]> {
  return [...assignments, ...service_assignments]
    .filter(({ status }) => status !== 'released')
    .map((one) => {
      const service = 'service' in one ? one.service : 'iris'
      const { project_path, port, assigned_at, assignment_type, status, container_name } = one
      const row: unknown[] = [project_path, service, port, assigned_at, assignment_type, status, container_name ?? null]
      if ('expires_at' in one && one.expires_at !== undefined) row.push(one.expires_at)
      return [`${service}\0${project_path}`, row] as const
    })
}

/** Remembered ports as rows. */
export function rememberedOf({ remembered }: Listed): Entries<readonly unknown[]> {
  return remembered.map(({ project_path, service, port, released_at }) => {
    return [`${service}\0${project_path}`, [project_path, service, port, released_at]] as const
  })
}

/** System services as rows. */
export function systemOf(system: RegistryDocument['system']): Entries<readonly unknown[]> {
  return Object.entries(system).map(([port, { service, status, registered_at }]) => {
    return [port, [Number(port), service, status, registered_at]] as const
  })
}

/** Leases by their ids. */
export function leasesOf({ leases }: Listed): Entries<LeaseRecord> {
  return leases.map((lease) => [lease.id, lease] as const)
}

/** A lease as the server keeps it. */
export function leaseRow(lease: LeaseRecord): Record<string, unknown> {
  const {
    id,
    project_path,
    runner,
    process,
    acquired_at,
    renewed_at: _,
    swept_since: __,
    container_id,
    ...rest
  } = lease
  const { host, pid, startTime } = unmark(process)
  return {
    id,
    project: project_path,
    runner,
    machine: host,
    pid,
    start_time: startTime,
    container_id: container_id ?? null,
    acquired_at,
    detail: mapProcesses(rest, unmark),
  }
}

/** A container as the server keeps it: with an age, not with a time of this machine's clock. */
export function containerRow(id: string, record: ContainerRecord, now: number): Record<string, unknown> {
  const { project_path, name, keep, idle_since, closing_since: _, ...rest } = record
  return {
    id,
    project: project_path,
    name,
    keep,
    idle_age: idle_since === undefined ? null : now - Date.parse(idle_since),
    detail: mapProcesses(rest, unmark),
  }
}
