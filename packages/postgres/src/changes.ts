import { randomInt } from 'node:crypto'
import type { PortChoice, RegistryDocument } from '@iris-devtester/core/ports'
import { portRuns } from './chosen-port.ts'
import { changed, changedPart, type Entries, isSame } from './difference.ts'
import { ownHost } from './foreign-hosts.ts'
import { assignmentsOf, containerRow, leaseRow, leasesOf, rememberedOf, systemOf } from './rows.ts'

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
 *
 * @param choice ports that would do as well for the assignment of which it speaks: its own is left out of the rows then
 */
export function findChanges(
  before: RegistryDocument,
  after: RegistryDocument,
  known: Pick<ReadonlyMap<string, string>, 'get'>,
  now: number,
  choice?: PortChoice,
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
  const history = newHistory(before, after)
  add('history', history)
  if (choice) leaveOpen(changes, assignments.put, history, choice)
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

/** Leaves it to the server which of the ports it takes. */
function leaveOpen(changes: Changes, put: Entries<readonly unknown[]>, history: unknown[][], choice: PortChoice): void {
  const { projectPath, service, ports } = choice
  const [wanted] = ports
  const assignment = put.find(([, row]) => row[0] === projectPath && row[1] === service && row[2] === wanted)
  if (!assignment) return
  ;(assignment[1] as unknown[])[2] = null
  const entry = history.find((row) => row[2] === wanted && row[3] === projectPath && row[4] === service)
  if (entry) entry[2] = null
  changes.ports = portRuns(ports)
}

/** What was put before the entries that were there. */
function newHistory({ history: before }: RegistryDocument, { history: after }: RegistryDocument): unknown[][] {
  const [newest] = before
  let at = newest === undefined ? -1 : after.indexOf(newest)
  if (at < 0 && newest !== undefined) at = after.findIndex((one) => isSame(one, newest))
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
