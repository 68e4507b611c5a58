import type { AssignmentRecord, ServiceAssignmentRecord } from './assignment-record.ts'
import { allAssignments, findAssignment, serviceOf } from './port-assignment.ts'
import { projectName } from './project-path.ts'
import type { RegistryDocument, RememberedRecord, SystemRecord } from './registry-document.ts'
import type { ServiceName } from './services.ts'
import { grant } from './transitions.ts'

/** What goes from one registry to another: its ports, not its runs and containers. */
export interface PortTransfer {
  /** Superserver ports. */
  readonly assignments: readonly AssignmentRecord[]
  /** The other services' ports. */
  readonly service_assignments: readonly ServiceAssignmentRecord[]
  /** Released ports. */
  readonly remembered: readonly RememberedRecord[]
  /** By port. */
  readonly system: Readonly<Record<string, SystemRecord>>
}

/** One port that was to be taken over. */
export interface ImportedPort {
  /** As the registry calls the project that it is for. */
  readonly projectPath: string
  /** What it is for. */
  readonly service: ServiceName
  /** The port number. */
  readonly port: number
}

/** What became of an import. */
export interface PortImport {
  /** Ports that the registry has taken over, or had already. */
  readonly imported: readonly ImportedPort[]
  /** Those that it could not take, each with the reason. */
  readonly skipped: readonly (ImportedPort & { readonly reason: string })[]
}

/**
 * The document with another registry's ports in it, as far as nobody has them.
 *
 * @param nameOf what this registry calls a project of the other; `undefined` for one that has no name here
 */
export function importPorts(
  document: RegistryDocument,
  transfer: PortTransfer,
  nameOf: (project: string) => string | undefined,
  at: Date,
): { readonly next: RegistryDocument } & PortImport {
  const imported: ImportedPort[] = []
  const skipped: (ImportedPort & { reason: string })[] = []
  let next = document
  for (const record of [...transfer.assignments, ...transfer.service_assignments]) {
    if (record.status !== 'active') continue
    const projectPath = nameOf(record.project_path)
    const service = serviceOf(record)
    const one = { projectPath: projectPath ?? record.project_path, service, port: record.port }
    const reason = projectPath === undefined ? 'a project of another machine' : obstacle(next, one)
    if (reason !== undefined) skipped.push({ ...one, reason })
    else {
      if (!findAssignment(next, one.projectPath, service)) {
        const given = { ...one, type: record.assignment_type, folderExists: true }
        next = grant(next, given, { action: 'imported', reason: 'taken over from another registry', at })
      }
      imported.push(one)
    }
  }
  const remembered = transfer.remembered.flatMap((one) => {
    const project_path = nameOf(one.project_path)
    const isKnown = next.remembered.some((own) => own.project_path === project_path && own.service === one.service)
    return project_path === undefined || isKnown ? [] : [{ ...one, project_path }]
  })
  const taken = new Set(allAssignments(next).map(({ port }) => String(port)))
  const system = Object.fromEntries(Object.entries(transfer.system).filter(([port]) => !taken.has(port)))
  if (remembered.length > 0) next = { ...next, remembered: [...next.remembered, ...remembered] }
  const isNew = Object.keys(system).some((port) => !Object.hasOwn(next.system, port))
  if (isNew) next = { ...next, system: { ...system, ...next.system } }
  return { next, imported, skipped }
}

function obstacle(document: RegistryDocument, { projectPath, service, port }: ImportedPort): string | undefined {
  const own = findAssignment(document, projectPath, service)
  if (own && own.port !== port) return `the project has port ${own.port}`
  const holder = allAssignments(document).find((one) => one.port === port && one !== own)
  if (holder) return `${projectName(holder.project_path)} has the port`
  return Object.hasOwn(document.system, String(port)) ? 'a system service has the port' : undefined
}
