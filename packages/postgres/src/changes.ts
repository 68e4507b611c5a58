import { randomInt } from 'node:crypto'
import type { ContainerRecord, LeaseRecord, RegistryDocument } from '@iris-devtester/core/ports'
import { mapProcesses, ownHost, unmark } from './foreign-hosts.ts'

/** What a commit changes, as the server is told: rows to take out and rows to put in, by table. */
export type Changes = Record<string, unknown[]>

/** The changes, and the versions that the projects which they concern have afterwards. */
export interface ChangeSet {
  readonly changes: Changes
  readonly versions: ReadonlyMap<string, string>
}

/** The largest that `randomInt` can do. */
const LARGEST = 2 ** 48 - 1

/**
 * What makes one document of another. Each project that anything is changed of gets a new version, under the condition that
 * it has the one that was read. A remembered port is a wish and not a promise: one that goes for a newer one counts as no
 * change of its project.
 */
export function findChanges(
  before: RegistryDocument,
  after: RegistryDocument,
  known: ReadonlyMap<string, string>,
  now: number,
): ChangeSet {
  const changes: Changes = {}
  const touched = new Set<string>()
  const add = (table: string, rows: unknown[]) => {
    if (rows.length > 0) changes[table] = rows
  }
  const assignments = changed(before, after, assignmentsOf)
  const ownerOf = (row: readonly unknown[]) => String(row[0])
  for (const [, row] of [...assignments.gone, ...assignments.put]) touched.add(ownerOf(row))
  // A changed one is taken out first, so that ports may change hands within one commit.
  add(
    'assignments_gone',
    [...assignments.gone, ...assignments.replaced].map(([, row]) => row.slice(0, 2)),
  )
  add(
    'assignments',
    assignments.put.map(([, row]) => row),
  )
  const remembered = changed(before, after, rememberedOf)
  for (const [, row] of remembered.put) touched.add(ownerOf(row))
  const forgotten = remembered.gone.map(([, row]) => ownerOf(row))
  add(
    'remembered_gone',
    [...remembered.gone, ...remembered.replaced].map(([, row]) => row.slice(0, 2)),
  )
  add(
    'remembered',
    remembered.put.map(([, row]) => row),
  )
  const system = changedPart(before.system, after.system, systemOf)
  add(
    'system_gone',
    [...system.gone, ...system.replaced].map(([port]) => Number(port)),
  )
  add(
    'system',
    system.put.map(([, row]) => row),
  )
  const leases = changed(before, after, leasesOf)
  for (const [, lease] of [...leases.gone, ...leases.put, ...leases.replaced]) touched.add(lease.project_path)
  add(
    'leases_gone',
    leases.gone.map(([id]) => id),
  )
  add(
    'leases',
    leases.put.map(([, lease]) => leaseRow(lease)),
  )
  const containers = changedPart(before.containers, after.containers, (all) => Object.entries(all))
  for (const [, container] of [...containers.gone, ...containers.put, ...containers.replaced])
    touched.add(container.project_path)
  add(
    'containers_gone',
    containers.gone.map(([id]) => id),
  )
  add(
    'containers',
    containers.put.map(([id, container]) => containerRow(id, container, now)),
  )
  if (!isSame(before.reaper, after.reaper)) {
    const { pid = null, startTime = null } = after.reaper ?? {}
    changes.reaper = [ownHost(), pid, startTime]
  }
  if (!isSame(before.ranges ?? {}, after.ranges ?? {})) changes.ranges = [after.ranges ?? {}]
  // Which ports may be given depends on the ranges, and they may be another user's by now.
  if (changes.assignments || changes.ranges) changes.ranges_known = [before.ranges ?? {}]
  add('history', newHistory(before, after))
  for (const path of flagChanges(before, after)) touched.add(path)
  // In one order for all, so that two commits never wait for each other.
  const versions = new Map([...touched].sort().map((project) => [project, String(randomInt(1, LARGEST))]))
  const imported = new Set(after.imported)
  add(
    'projects',
    [...versions].map(([project, version]) => [
      project,
      known.get(project) ?? '0',
      version,
      Object.hasOwn(after.folders, project),
      imported.has(project),
    ]),
  )
  add('touched', [...new Set([...touched, ...forgotten])])
  return { changes, versions }
}

type Entries<T> = readonly (readonly [string, T])[]

interface Difference<T> {
  /** Not there any more. */
  readonly gone: Entries<T>
  /** New or changed, as they are now. */
  readonly put: Entries<T>
  /** Changed, as they were. */
  readonly replaced: Entries<T>
}

function difference<T>(before: Entries<T>, after: Entries<T>): Difference<T> {
  if (before.length === 0 && after.length === 0) return { gone: [], put: [], replaced: [] }
  const old = new Map(before)
  const now = new Map(after)
  const put = [...now].filter(([key, value]) => !isSame(old.get(key), value))
  return {
    gone: [...old].filter(([key]) => !now.has(key)),
    put,
    replaced: put.flatMap(([key]) => (old.has(key) ? [[key, old.get(key) as T] as const] : [])),
  }
}

type Listed = {
  readonly [K in 'assignments' | 'service_assignments' | 'remembered' | 'leases']: Readonly<RegistryDocument[K]>
}

/** The difference of what `entriesOf` makes of two documents, looking only at records that aren't the very same in both. */
function changed<T>(before: Listed, after: Listed, entriesOf: (document: Listed) => Entries<T>): Difference<T> {
  return difference(entriesOf(without(before, after)), entriesOf(without(after, before)))
}

/** The difference of one part of two documents; a part that is the very same in both isn't looked at. */
function changedPart<P, T>(before: P, after: P, entriesOf: (part: P) => Entries<T>): Difference<T> {
  return before === after ? difference<T>([], []) : difference(entriesOf(before), entriesOf(after))
}

function without(document: Listed, other: Listed): Listed {
  const rest = <R>(records: readonly R[], others: readonly R[]): readonly R[] => {
    if (records === others) return []
    const known = new Set(others)
    return records.filter((one) => !known.has(one))
  }
  return {
    assignments: rest(document.assignments, other.assignments),
    service_assignments: rest(document.service_assignments, other.service_assignments),
    remembered: rest(document.remembered, other.remembered),
    leases: rest(document.leases, other.leases),
  }
}

function isSame(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other)
}

function assignmentsOf({ assignments, service_assignments }: Listed): Entries<readonly unknown[]> {
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

function rememberedOf({ remembered }: Listed): Entries<readonly unknown[]> {
  return remembered.map(({ project_path, service, port, released_at }) => {
    return [`${service}\0${project_path}`, [project_path, service, port, released_at]] as const
  })
}

function systemOf(system: RegistryDocument['system']): Entries<readonly unknown[]> {
  return Object.entries(system).map(([port, { service, status, registered_at }]) => {
    return [port, [Number(port), service, status, registered_at]] as const
  })
}

function leasesOf({ leases }: Listed): Entries<LeaseRecord> {
  return leases.map((lease) => [lease.id, lease] as const)
}

function leaseRow(lease: LeaseRecord): Record<string, unknown> {
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

function containerRow(id: string, record: ContainerRecord, now: number): Record<string, unknown> {
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

/** What was put before the entries that were there. */
function newHistory({ history: before }: RegistryDocument, { history: after }: RegistryDocument): unknown[] {
  const [newest] = before
  const at = newest === undefined ? -1 : after.findIndex((one) => isSame(one, newest))
  return (at < 0 ? after : after.slice(0, at)).map((one) => {
    return [one.at, one.action, one.port, one.project_path, one.service, one.reason]
  })
}

/** The projects whose folder or origin is known otherwise than before. */
function flagChanges(before: RegistryDocument, after: RegistryDocument): Set<string> {
  const changed = new Set<string>()
  if (before.folders !== after.folders) {
    for (const path in before.folders) if (!Object.hasOwn(after.folders, path)) changed.add(path)
    for (const path in after.folders) if (!Object.hasOwn(before.folders, path)) changed.add(path)
  }
  if (before.imported !== after.imported) {
    const [old, now] = [new Set(before.imported), new Set(after.imported)]
    for (const path of old) if (!now.has(path)) changed.add(path)
    for (const path of now) if (!old.has(path)) changed.add(path)
  }
  return changed
}
