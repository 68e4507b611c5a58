import type { AssignmentRecord } from '../document/assignment-record.ts'
import { allAssignments } from '../document/port-assignment.ts'
import type { RegistryDocument } from '../document/registry-document.ts'
import { historyRecord, release, withHistory } from '../document/transitions.ts'

/**
 * Takes over what another tool changed in the published view. What it added becomes a reservation like any other; what it
 * removed is released only if it came from there and no run of ours lives on it.
 *
 * @param document the registry as it is now
 * @param published what we had published when the other tool made its edit
 * @param edited what lies there now
 * @returns the document itself when the edit means nothing
 */
export function mergeForeignEdits(
  document: RegistryDocument,
  published: Pick<RegistryDocument, 'assignments'>,
  edited: Pick<RegistryDocument, 'assignments'>,
  at: Date,
): RegistryDocument {
  const before = byProject(published.assignments)
  const after = byProject(edited.assignments)
  let next = document
  for (const [path, removed] of before) {
    if (!after.has(path)) next = applyRemoval(next, removed, at)
  }
  for (const [path, added] of after) {
    const known = before.get(path)
    if (known?.port !== added.port || known.container_name !== added.container_name)
      next = applyAddition(next, added, at)
  }
  return next
}

function byProject(records: readonly AssignmentRecord[]): Map<string, AssignmentRecord> {
  return new Map(records.filter((one) => one.status !== 'released').map((one) => [one.project_path, one]))
}

function applyRemoval(document: RegistryDocument, removed: AssignmentRecord, at: Date): RegistryDocument {
  const { project_path } = removed
  const current = document.assignments.find((one) => one.project_path === project_path)
  const ours =
    !document.imported.includes(project_path) ||
    document.leases.some((lease) => lease.project_path === project_path) ||
    Object.values(document.containers).some((container) => container.project_path === project_path)
  if (!current || ours) return document
  return release(document, [current], {
    action: 'released',
    reason: 'removed from the registry file by another tool',
    at,
  })
}

function applyAddition(document: RegistryDocument, added: AssignmentRecord, at: Date): RegistryDocument {
  const { project_path, port } = added
  const current = document.assignments.find((one) => one.project_path === project_path)
  if (current?.port === port && current.container_name === (added.container_name ?? null)) return document
  const reason = 'written to the registry file by another tool'
  if (current && !document.imported.includes(project_path)) {
    return current.port === port
      ? document
      : refuse(document, added, `${reason}, but the project has port ${current.port}`, at)
  }
  const holder = allAssignments(document).find((one) => one.port === port && one !== current)
  if (holder || Object.hasOwn(document.system, String(port))) {
    return refuse(
      document,
      added,
      `${reason}, but the port belongs to ${holder?.project_path ?? 'the system range'}`,
      at,
    )
  }
  const record: AssignmentRecord = { ...added, container_name: added.container_name ?? null }
  const next: RegistryDocument = {
    ...document,
    assignments: [...document.assignments.filter((one) => one !== current), record],
    imported: [...document.imported.filter((path) => path !== project_path), project_path],
  }
  return withHistory(next, [historyRecord(record, 'iris', { action: 'imported', reason, at })])
}

function refuse(document: RegistryDocument, added: AssignmentRecord, reason: string, at: Date): RegistryDocument {
  return withHistory(document, [historyRecord(added, 'iris', { action: 'conflict', reason, at })])
}
