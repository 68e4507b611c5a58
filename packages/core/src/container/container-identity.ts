import { createHash, randomUUID } from 'node:crypto'
import { PROJECT_LABEL, REGISTRY_LABEL } from '../ports/assign/survey-engine.ts'
import { folderOf } from '../ports/document/project-path.ts'
import type { ProcessIdentity } from '../process/process-identity.ts'

/** Labels that say whose a container is. Only containers that carry them are ever touched. */
export const LABELS = {
  /** The project's normalised path. */
  project: PROJECT_LABEL,
  /** The registry's identity: two registries never share a container. */
  registry: REGISTRY_LABEL,
  /** The host port of the superserver. */
  port: 'iris-devtester.port',
  /** The host port of the web server. */
  webPort: 'iris-devtester.web-port',
  /** The settings' fingerprints. */
  settings: 'iris-devtester.settings',
  /** What created it: `lease` for `acquireIris`, `container` for `IRISContainer`. */
  owner: 'iris-devtester.owner',
  /** The process that an `IRISContainer` lives in, as JSON: once that has died, nobody will stop the container. */
  process: 'iris-devtester.process',
  /** The one attempt at a start that created it, so that a failed one finds its own again. */
  attempt: 'iris-devtester.attempt',
} as const

/** Which container it is: enough to name and find it. */
export interface ContainerIdentity {
  readonly projectPath: string
  readonly registryId: string
  readonly port: number
  readonly webPort: number
  /** The settings' fingerprints, as one line. */
  readonly fingerprints: string
  readonly owner: 'lease' | 'container'
  /** Given where the container shall not outlive a process. */
  readonly process?: ProcessIdentity
}

/**
 * `iris_<hash of registry and project>_<port>`: unique on an engine, so it arbitrates between two runs that create at once.
 * Runs of different registries never meet in a name: the engine's bind of the port arbitrates between those.
 */
export function containerName({
  projectPath,
  registryId,
  port,
}: Pick<ContainerIdentity, 'projectPath' | 'registryId' | 'port'>): string {
  return `iris_${hashOf(registryId, projectPath)}_${port}`
}

/** What the names of our networks begin with. */
const NETWORK_PREFIX = 'iris_network_'

/** The network in which a project's instances reach each other; another registry's is another one. */
export function networkName(projectPath: string, registryId: string): string {
  return `${NETWORK_PREFIX}${hashOf(registryId, folderOf(projectPath))}`
}

export function isNetworkName(name: string): boolean {
  return name.startsWith(NETWORK_PREFIX)
}

/** The labels of a new container. `org.testcontainers` lets Testcontainers' own tools see it. */
export function containerLabels(identity: ContainerIdentity): Record<string, string> {
  return {
    'org.testcontainers': 'true',
    [LABELS.project]: identity.projectPath,
    [LABELS.registry]: identity.registryId,
    [LABELS.port]: String(identity.port),
    [LABELS.webPort]: String(identity.webPort),
    [LABELS.settings]: identity.fingerprints,
    [LABELS.owner]: identity.owner,
    [LABELS.attempt]: randomUUID(),
    ...(identity.process === undefined ? {} : { [LABELS.process]: JSON.stringify(identity.process) }),
  }
}

function hashOf(registryId: string, projectPath: string): string {
  return createHash('sha256').update(`${registryId}\0${projectPath}`).digest('hex').slice(0, 8)
}
