import type { AssignmentRecord, AssignmentType, ServiceAssignmentRecord } from './assignment-record.ts'
import { findAssignment, type StoredAssignment, serviceOf } from './port-assignment.ts'
import type { HistoryAction, HistoryRecord, RegistryDocument, RememberedRecord } from './registry-document.ts'
import type { ServiceName } from './services.ts'

/** How many changes and refusals the registry's own history holds. */
export const HISTORY_LIMIT = 100
/** How many released ports are remembered. */
export const REMEMBERED_LIMIT = 2_000

/** What a change is called in the history. */
export interface Note {
  readonly action: HistoryAction
  readonly reason: string
  readonly at: Date
}

/** A port for a project and service that has none yet, or that gives up the one it has for it. */
export interface Grant {
  readonly projectPath: string
  readonly service: ServiceName
  readonly port: number
  readonly type: AssignmentType
  readonly containerName?: string | undefined
  /** Until when it is kept although nothing listens; `undefined` for no limit. */
  readonly expiresAt?: Date | undefined
  /** Whether the project's folder is there now. */
  readonly folderExists: boolean
}

/** The document with the assignment in it, in the place of the one that the project had for this service. */
export function grant(document: RegistryDocument, given: Grant, note: Note): RegistryDocument {
  const { projectPath, service, port } = given
  const record: AssignmentRecord = {
    project_path: projectPath,
    port,
    assigned_at: note.at.toISOString(),
    assignment_type: given.type,
    status: 'active',
    container_name: given.containerName ?? null,
  }
  const next = without(document, projectPath, service)
  if (service === 'iris') next.assignments = [...next.assignments, record]
  else if (service !== 'system') {
    const limit = given.expiresAt ? { expires_at: given.expiresAt.toISOString() } : {}
    next.service_assignments = [...next.service_assignments, { ...record, service, ...limit }]
  }
  const isOwn = (one: RememberedRecord) => one.project_path === projectPath && one.service === service
  // A list that stays as it is stays the very same: a store looks only at what isn't.
  if (document.remembered.some(isOwn)) next.remembered = document.remembered.filter((one) => !isOwn(one))
  if (given.folderExists) next.folders = { ...next.folders, [projectPath]: true }
  return withHistory(next, [historyRecord(record, service, note)])
}

/** The document with the assignment replaced by a changed one of the same project and service. */
export function amend(
  document: RegistryDocument,
  old: StoredAssignment,
  change: Partial<Pick<AssignmentRecord, 'assignment_type' | 'container_name'>>,
): RegistryDocument {
  const swap = <T extends StoredAssignment>(list: T[]): T[] =>
    list.map((one) =>
      one.project_path === old.project_path && serviceOf(one) === serviceOf(old) ? { ...one, ...change } : one,
    )
  return 'service' in old
    ? { ...document, service_assignments: swap(document.service_assignments) }
    : { ...document, assignments: swap(document.assignments) }
}

/** The document with another time limit on the assignment, or with none. */
export function limit(
  document: RegistryDocument,
  { project_path, service }: ServiceAssignmentRecord,
  expiresAt: Date | undefined,
): RegistryDocument {
  const changed = ({ expires_at: _, ...record }: ServiceAssignmentRecord): ServiceAssignmentRecord =>
    expiresAt ? { ...record, expires_at: expiresAt.toISOString() } : record
  return {
    ...document,
    service_assignments: document.service_assignments.map((one) =>
      one.project_path === project_path && one.service === service ? changed(one) : one,
    ),
  }
}

/** The document without the assignments. Their ports are remembered for their projects unless `remember` is false. */
export function release(
  document: RegistryDocument,
  released: readonly StoredAssignment[],
  note: Note,
  remember = true,
): RegistryDocument {
  const gone = new Set(released.map((one) => keyOf(one.project_path, serviceOf(one))))
  const stays = (one: StoredAssignment) => !gone.has(keyOf(one.project_path, serviceOf(one)))
  const next: RegistryDocument = {
    ...document,
    assignments: document.assignments.filter(stays),
    service_assignments: document.service_assignments.filter(stays),
  }
  if (remember) {
    const others = document.remembered.filter((one) => !gone.has(keyOf(one.project_path, one.service)))
    const added = released.map((one) => ({
      project_path: one.project_path,
      service: serviceOf(one),
      port: one.port,
      released_at: note.at.toISOString(),
    }))
    next.remembered = [...others, ...added].slice(-REMEMBERED_LIMIT)
  }
  const history = released.map((one) => historyRecord(one, serviceOf(one), note))
  return withHistory(forgetProjects(next, released), history)
}

/** The document without any assignment or remembered port. */
export function clear(document: RegistryDocument, note: Note): RegistryDocument {
  const all = [...document.assignments, ...document.service_assignments]
  return { ...release(document, all, note, false), remembered: [], folders: {}, imported: [] }
}

/** The document with `records` at the head of its history. */
export function withHistory(document: RegistryDocument, records: readonly HistoryRecord[]): RegistryDocument {
  return { ...document, history: [...records, ...document.history].slice(0, HISTORY_LIMIT) }
}

export function historyRecord(
  { project_path, port }: Pick<AssignmentRecord, 'project_path' | 'port'>,
  service: ServiceName,
  { at, action, reason }: Note,
): HistoryRecord {
  return { at: at.toISOString(), action, port, project_path, service, reason }
}

function without(document: RegistryDocument, projectPath: string, service: ServiceName): RegistryDocument {
  const old = findAssignment(document, projectPath, service)
  if (!old) return { ...document }
  return {
    ...document,
    assignments: document.assignments.filter((one) => one !== old),
    service_assignments: document.service_assignments.filter((one: ServiceAssignmentRecord) => one !== old),
  }
}

/** Drops what is kept of a project beside its assignments once it has none. */
function forgetProjects(document: RegistryDocument, released: readonly StoredAssignment[]): RegistryDocument {
  const withPorts = new Set([...document.assignments, ...document.service_assignments].map((one) => one.project_path))
  const gone = new Set(released.map((one) => one.project_path).filter((path) => !withPorts.has(path)))
  const superserver = new Set(document.assignments.map((one) => one.project_path))
  return {
    ...document,
    folders: Object.fromEntries(Object.entries(document.folders).filter(([path]) => !gone.has(path))),
    imported: document.imported.filter((path) => superserver.has(path)),
  }
}

function keyOf(projectPath: string, service: ServiceName): string {
  return `${service}\0${projectPath}`
}
