import { setTimeout as sleep } from 'node:timers/promises'
import { debugLog } from '../debug/debug-log.ts'
import { requireNode } from '../process/required-node.ts'
import { assignPort, reassignPort } from './assign/assign-port.ts'
import { assembleParts, type PortRegistryOptions, type RegistryParts } from './assign/registry-parts.ts'
import { releaseStale } from './assign/release-stale.ts'
import { checkRequest, checkService, checkTimeLimit } from './assign/request-checks.ts'
import {
  listSystemServices,
  registerSystemService,
  releaseSystemService,
  type SystemService,
  type SystemServiceOptions,
} from './assign/system-services.ts'
import { explainPort, type PortExplanation } from './doctor/explain-port.ts'
import { assignmentNotFound, invalidChange } from './document/document-errors.ts'
import { checkDocument } from './document/document-parser.ts'
import { ownFolder } from './document/fleet-name.ts'
import { importPorts, type PortImport, type PortTransfer } from './document/import-ports.ts'
import {
  allAssignments,
  assignmentFromRecord,
  findAssignment,
  type PortAssignment,
} from './document/port-assignment.ts'
import { normaliseProjectPath } from './document/project-path.ts'
import type { HistoryRecord, RegistryDocument } from './document/registry-document.ts'
import {
  type PortRange,
  requireService,
  resolveRanges,
  type ServiceName,
  type ServiceRanges,
} from './document/services.ts'
import { amend, clear, release } from './document/transitions.ts'

const debug = debugLog('ports')

/** What a project may ask for. */
export interface AssignOptions {
  /** The very port the project wants, or `auto` for any of the service's range. */
  readonly preferredPort?: number | 'auto' | undefined
  /** Default `iris`. */
  readonly service?: ServiceName | undefined
  /** The name of the container that will use the port. */
  readonly containerName?: string | undefined
  /**
   * How long the port is kept although nothing listens on it, in ms, from now on; for applications' ports only. Asking again
   * renews it; asking again without a limit takes it away. Default: until the port is released.
   */
  readonly timeLimitMs?: number | undefined
  /** Ports that the container engine has just refused to bind. */
  readonly avoid?: readonly number[] | undefined
}

/** Which of a project's ports is meant. */
export interface ServiceOption {
  /** Default `iris`. */
  readonly service?: ServiceName | undefined
}

/** Why a port has to change. */
export interface ReassignOptions extends ServiceOption {
  /** What the container engine said, for the history. */
  readonly reason: string
  /** The port it was said of. If the project has another one by now, that one is given back. */
  readonly port?: number | undefined
}

/**
 * Who owns which port of this machine. Any number of processes may use one registry at once, and any of them may be killed
 * at any moment: no port is given to two projects and no change that was acknowledged is lost.
 */
export class PortRegistry {
  readonly #parts: RegistryParts

  /** @throws PortRegistryError `INVALID_RANGE` or `UNKNOWN_SERVICE`. Nothing is read or written before it is used. */
  constructor(options: PortRegistryOptions = {}) {
    requireNode()
    this.#parts = assembleParts(options)
  }

  /** The path of the published JSON view; the address, without credentials, of a registry that is no file. */
  get registryPath(): string {
    return this.#parts.store.path
  }

  /**
   * What this registry is known by, whichever way its path is written: containers carry it as a label, and whoever looks
   * for them asks by it. The folder for a registry of the usual file name, else the file, so that two registries in one
   * folder never touch each other's containers.
   */
  get registryId(): string {
    return this.#parts.store.registryId
  }

  /** The folder with the registry's files on this machine: all of them, or only the clean-up's log where it is no file. */
  get folder(): string {
    return this.#parts.location.folder
  }

  /** What another process needs in its environment to open the same registry; nothing for one in a folder. */
  get environment(): Readonly<Record<string, string>> {
    return this.#parts.store.environment ?? {}
  }

  /** Whether the registry is a folder of files. */
  get isFolder(): boolean {
    return this.#parts.isFolder
  }

  /** Whether several machines use it. */
  get isShared(): boolean {
    return this.#parts.store.isShared ?? false
  }

  /**
   * What the registry calls the project in a folder: its real path, or a name of its own where several machines use the
   * registry.
   *
   * @throws PortRegistryError `INVALID_PROJECT_PATH`
   */
  projectName(projectPath: string): string {
    return this.#parts.projects.nameOf(normaliseProjectPath(projectPath))
  }

  /**
   * Gives the project a port for the service. A project that has one keeps it; one that had one gets it back if it is free.
   * Asking for another port than the assigned one moves the assignment, unless a run of the project is using it.
   *
   * @param projectPath absolute path of the project's folder
   * @throws PortExhaustedError every port of the range is in use
   * @throws PortConflictError the preferred port is somebody else's
   * @throws PortAssignmentTimeoutError other processes kept the registry busy
   * @throws PortRegistryError for bad arguments and files that can't be used; see `code`
   */
  async assignPort(projectPath: string, options: AssignOptions = {}): Promise<PortAssignment> {
    const { service, projectPath: project, preferredPort } = await checkRequest(this.#parts, projectPath, options)
    debug(() => `assign ${service} ${preferredPort ?? 'auto'} to ${project}`)
    return assignPort(this.#parts, {
      projectPath: project,
      service,
      preferredPort,
      containerName: options.containerName,
      avoid: options.avoid ?? [],
      timeLimitMs: checkTimeLimit(options.timeLimitMs, service),
      reason: preferredPort === undefined ? 'requested' : `port ${preferredPort} requested`,
    })
  }

  /**
   * Checks a port that {@link assignPort} is going to be asked for: whether it is a port, and of the service's range.
   * Nothing is assigned, and whether it is free is not looked at.
   *
   * @throws PortRegistryError `INVALID_PORT`, `INVALID_PROJECT_PATH`, `PORT_OUT_OF_RANGE`, `SYSTEM_RESERVED`, `UNKNOWN_SERVICE`
   */
  async checkPreferredPort(
    projectPath: string,
    options: Pick<AssignOptions, 'service' | 'preferredPort'>,
  ): Promise<void> {
    await checkRequest(this.#parts, projectPath, options)
  }

  /**
   * To be called after the container engine refused to bind the assigned port. An automatic assignment moves on to another
   * port; a manual one is given up.
   *
   * @throws PortConflictError the project had asked for that very port
   * @throws AssignmentNotFoundError
   */
  async reassignPort(projectPath: string, options: ReassignOptions): Promise<PortAssignment> {
    return reassignPort(this.#parts, {
      projectPath: this.projectName(projectPath),
      service: checkService(options.service),
      reason: options.reason,
      port: options.port,
    })
  }

  /**
   * Gives the project's port back. It is remembered: the project gets it again next time unless somebody needed it.
   *
   * @throws AssignmentNotFoundError
   */
  async releasePort(projectPath: string, options: ServiceOption = {}): Promise<void> {
    const project = this.projectName(projectPath)
    const service = checkService(options.service)
    await this.#change((document) => {
      const record = findAssignment(document, project, service)
      if (!record) throw assignmentNotFound(project, service)
      return release(document, [record], { action: 'released', reason: 'requested', at: new Date() })
    })
  }

  /** The project's assignment, if it has one. */
  async getAssignment(projectPath: string, options: ServiceOption = {}): Promise<PortAssignment | undefined> {
    const project = this.projectName(projectPath)
    const service = checkService(options.service)
    const { document } = await this.#parts.store.read()
    const record = findAssignment(document, project, service)
    return record && assignmentFromRecord(record)
  }

  /** All assignments, by port. */
  async listAll(): Promise<PortAssignment[]> {
    const { document } = await this.#parts.store.read()
    return allAssignments(document)
      .map(assignmentFromRecord)
      .sort((one, other) => one.port - other.port)
  }

  /** Releases every assignment and forgets the released ones; runs, containers and the history are kept. */
  async clearAll(): Promise<void> {
    await this.#change((document) =>
      clear(document, { action: 'cleared', reason: 'all assignments cleared', at: new Date() }),
    )
  }

  /**
   * Releases the assignments whose container or project folder is gone. A container that has exited is not gone, and an
   * engine that doesn't answer proves nothing.
   *
   * @returns what was released, with status `stale`
   */
  async cleanupStale(): Promise<PortAssignment[]> {
    return releaseStale(this.#parts)
  }

  /** Notes which container uses the project's IRIS ports; `undefined` when none does any more. */
  async setContainerName(projectPath: string, name: string | undefined): Promise<void> {
    const project = this.projectName(projectPath)
    await this.#change((document) =>
      (['iris', 'iris-web'] as const).reduce((draft, service) => {
        const record = findAssignment(draft, project, service)
        const container_name = name ?? null
        return record && record.container_name !== container_name ? amend(draft, record, { container_name }) : draft
      }, document),
    )
  }

  /** Where each service's ports lie for this registry's users. */
  async ranges(): Promise<ServiceRanges> {
    return this.#parts.rangesOf((await this.#parts.store.read()).document)
  }

  /**
   * Sets where a service's ports lie, for all of this registry's users who name no range themselves. Ports that are
   * assigned already stay.
   *
   * @param range `undefined` for the default
   * @throws PortRegistryError `UNKNOWN_SERVICE` or `INVALID_RANGE`
   */
  async setRange(service: ServiceName, range: PortRange | undefined): Promise<void> {
    resolveRanges({ [requireService(service)]: range })
    await this.update(`range of ${service}`, (draft) => {
      const { [service]: _, ...others } = draft.ranges ?? {}
      draft.ranges = range === undefined ? others : { ...others, [service]: range }
    })
  }

  /** Who holds the port, since when, why the registry won't give it out, and what would free it. */
  async explain(port: number): Promise<PortExplanation> {
    return explainPort(this.#parts, port)
  }

  /**
   * Enters a service of this machine's own on a port of the system range, or its new status.
   *
   * @throws PortConflictError another system service has the port
   * @throws PortRegistryError `PORT_OUT_OF_RANGE`
   */
  async registerSystemService(name: string, options: SystemServiceOptions = {}): Promise<SystemService> {
    return registerSystemService(this.#parts, name, options)
  }

  /** Takes a system service out again. @throws AssignmentNotFoundError */
  async releaseSystemService(name: string): Promise<void> {
    return releaseSystemService(this.#parts, name)
  }

  /** The registered system services, by port. */
  async listSystemServices(): Promise<SystemService[]> {
    return listSystemServices((await this.#parts.store.read()).document)
  }

  /** What was changed and what was refused, newest first, bounded. */
  async history(): Promise<readonly HistoryRecord[]> {
    return structuredClone((await this.#parts.store.read()).document.history)
  }

  /** A copy of the whole registry as it is now. */
  async read(): Promise<RegistryDocument> {
    return structuredClone((await this.#parts.store.read()).document)
  }

  /**
   * Changes the registry: all of the change, or none of it. No port may be given out this way.
   *
   * @param reason what for, put into the error if the change can't be made
   * @param change edits the draft it is given; called again with a fresh one when somebody else was faster
   * @param options `durable`: `false` for what means nothing after a loss of power, such as that a run is going on; it is
   *   quicker then. Default true.
   * @returns what `change` returned
   * @throws PortRegistryError `INVALID_CHANGE` when the draft would not be a registry any more
   */
  async update<T>(
    reason: string,
    change: (draft: RegistryDocument) => T,
    { durable = true }: { readonly durable?: boolean } = {},
  ): Promise<T> {
    debug(() => `update: ${reason}`)
    return this.#parts.writer.run((document) => {
      const draft = structuredClone(document)
      const value = change(draft)
      const checked = checkDocument(draft)
      if (checked.kind !== 'good')
        throw invalidChange(reason, checked.kind === 'corrupt' ? checked.reason : 'schema_version')
      const isSame = JSON.stringify(draft) === JSON.stringify(document)
      return isSame ? { kind: 'done', value } : { kind: 'commit', next: draft, value, durable }
    })
  }

  /**
   * Notes that a run still holds its container, for those who can't judge it by its process.
   *
   * @param leaseId the run's lease
   */
  async renewLease(leaseId: string): Promise<void> {
    const { store } = this.#parts
    if (store.renewLease) return store.renewLease(leaseId)
    const renewed_at = new Date().toISOString()
    const renew = (draft: RegistryDocument) => {
      draft.leases = draft.leases.map((lease) => (lease.id === leaseId ? { ...lease, renewed_at } : lease))
    }
    await this.update('renew', renew, { durable: false })
  }

  /**
   * Waits until somebody has changed the registry, as far as that can be known.
   *
   * @param generation the state that was seen last: a change of it that was made meanwhile counts
   * @param pollMs how long to wait where the store can't tell, in ms
   * @param limitMs how long to wait where it can, in ms
   */
  async waitForChange(generation: number, pollMs: number, limitMs: number): Promise<void> {
    const { store } = this.#parts
    if (!store.watch) return sleep(pollMs)
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, limitMs)
    const end = await store.watch(resolve)
    try {
      if ((await store.read()).generation === generation) await promise
    } finally {
      clearTimeout(timer)
      end()
    }
  }

  /**
   * Takes over another registry's ports, as far as nobody has them here.
   *
   * @param transfer the other registry, or the part of it that matters
   * @throws PortRegistryError `INVALID_CHANGE` for what is no registry's content
   */
  async importPorts(transfer: PortTransfer): Promise<PortImport> {
    const checked = checkDocument(transfer)
    if (checked.kind !== 'good') throw invalidChange('import', checked.kind === 'corrupt' ? checked.reason : 'version')
    const { writer, projects, env } = this.#parts
    const nameOf = (name: string) => {
      const folder = ownFolder(name, env)
      return folder === undefined ? undefined : projects.nameOf(folder)
    }
    return writer.run((document) => {
      const { next, ...value } = importPorts(document, checked.document, nameOf, new Date())
      return next === document ? { kind: 'done', value } : { kind: 'commit', next, value }
    })
  }

  /** Gives back what the registry holds open, if anything. It may be used again. */
  async close(): Promise<void> {
    await this.#parts.store.close?.()
  }

  async #change(change: (document: RegistryDocument) => RegistryDocument): Promise<void> {
    await this.#parts.writer.run((document) => {
      const next = change(document)
      return next === document ? { kind: 'done', value: undefined } : { kind: 'commit', next, value: undefined }
    })
  }
}
