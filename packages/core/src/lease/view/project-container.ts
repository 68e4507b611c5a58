import { LABELS } from '../../container/container-identity.ts'
import type { ContainerStatus, ContainerSummary } from '../../engine/engine-answers.ts'
import { hasProjectFolder } from '../../ports/document/fleet-name.ts'
import type { ContainerRecord, LeaseRecord } from '../../ports/document/lease-record.ts'
import { instanceOf } from '../../ports/document/project-path.ts'
import { isLive, type LeaseBook } from '../book/lease-book.ts'

/** A copy of a namespace as a failed test left it. */
export interface KeptCopy {
  readonly namespace: string
  /** The test, where it was said. */
  readonly test: string | undefined
  /** ISO 8601; when it was made. */
  readonly at: string
  /** ISO 8601; when it goes by the container's idle limit. `undefined` while its run is there. */
  readonly until: string | undefined
}

/** A project's container of IRIS, as the engine and the registry together know it. */
export interface ProjectContainer {
  /** The project it belongs to. */
  readonly projectPath: string
  /** Which of the project's instances it is; `main` unless the project has several. */
  readonly instance: string
  /** The engine's id. */
  readonly id: string
  /** The container's name. */
  readonly name: string
  /** The image's name as it was asked for. */
  readonly image: string
  /** The id of the image it was made of; the name may stand for another one by now. Empty for one that is gone. */
  readonly imageId: string
  /** As the engine says; `gone` when only the registry still knows of it. */
  readonly state: ContainerStatus | 'gone'
  /** The superserver's port on the host. */
  readonly port: number
  /** The web server's port on the host. */
  readonly webPort: number
  /** What created it: `lease` for `acquireIris`, `container` for `IRISContainer`. */
  readonly owner: 'lease' | 'container'
  /** Whether the registry records that its initialisation finished once. */
  readonly isInitialised: boolean
  /** What happens to it when its last run ends; `undefined` where nothing was recorded. */
  readonly keep: 'warm' | 'stop' | undefined
  /** How long it may stay without a run, in ms. */
  readonly idleTimeoutMs: number | undefined
  /** ISO 8601; since when no run holds it. */
  readonly idleSince: string | undefined
  /** The fingerprints of its settings, as one line; `undefined` where nothing was recorded. */
  readonly fingerprints: string | undefined
  /** Whether another one is being made in its place. */
  readonly isSetAside: boolean
  /** Copies of namespaces that failed tests left, the oldest first. */
  readonly copies: readonly KeptCopy[]
  /** The live runs that hold it. */
  readonly runs: readonly LeaseRecord[]
  /** Whether its project's folder is there. */
  readonly hasFolder: boolean
}

/** Live runs: of one project, or of all. */
export function liveRuns(book: Pick<LeaseBook, 'leases'>, projectPath?: string): LeaseRecord[] {
  return book.leases.filter((lease) => (projectPath ?? lease.project_path) === lease.project_path && isLive(lease))
}

/** The view of a container that the engine lists. */
export function describeListed(summary: ContainerSummary, book: LeaseBook): ProjectContainer {
  const { Id, Labels } = summary
  const projectPath = Labels[LABELS.project] ?? ''
  return {
    ...fromRecord(Id, projectPath, book.containers[Id], book),
    fingerprints: book.containers[Id]?.settings ?? Labels[LABELS.settings],
    name: (summary.Names[0] ?? '').replace(/^\//, ''),
    image: summary.Image,
    imageId: summary.ImageID,
    state: summary.State,
    port: Number(Labels[LABELS.port] ?? 0),
    webPort: Number(Labels[LABELS.webPort] ?? 0),
    owner: Labels[LABELS.owner] === 'container' ? 'container' : 'lease',
  }
}

/** The view of a container that only the registry still knows of. */
export function describeGone(id: string, record: ContainerRecord, book: LeaseBook): ProjectContainer {
  return {
    ...fromRecord(id, record.project_path, record, book),
    name: record.name,
    image: '',
    imageId: '',
    state: 'gone',
    port: 0,
    webPort: 0,
    owner: 'lease',
  }
}

function fromRecord(id: string, projectPath: string, record: ContainerRecord | undefined, book: LeaseBook) {
  return {
    projectPath,
    instance: instanceOf(projectPath),
    id,
    isInitialised: record?.ready_boot !== undefined,
    keep: record?.keep,
    idleTimeoutMs: record?.idle_timeout_ms,
    idleSince: record?.idle_since,
    fingerprints: record?.settings,
    isSetAside: record?.set_aside !== undefined,
    copies: copiesIn(record),
    runs: liveRuns(book).filter((lease) => lease.container_id === id),
    hasFolder: hasProjectFolder(projectPath),
  }
}

function copiesIn({ kept = [], idle_timeout_ms }: Partial<ContainerRecord> = {}): KeptCopy[] {
  return kept.map(({ namespace, test, at, run_ended }) => ({
    namespace,
    test,
    at,
    until: run_ended && new Date(Date.parse(run_ended) + (idle_timeout_ms ?? 0)).toISOString(),
  }))
}
