import { connectionInfo, type IrisConnectionInfo } from '../../connection/connection-info.ts'
import { portalUrl } from '../../connection/portal-url.ts'
import { LABELS } from '../../container/container-identity.ts'
import { hostAddress, locateProcess } from '../../container/host-address.ts'
import { parseFingerprints } from '../../container/settings-fingerprints.ts'
import { probeSuperserver } from '../../container/superserver-handshake.ts'
import type { ContainerSummary } from '../../engine/engine-answers.ts'
import type { EngineClient } from '../../engine/engine-client.ts'
import type { PortRegistry } from '../../ports/port-registry.ts'
import { credentialsFor } from '../book/credentials.ts'
import { describeGone, describeListed, type ProjectContainer } from './project-container.ts'

/** Where containers are looked for: one engine, and the registry that owns them. */
export interface ContainerAccess {
  /** The engine that containers are on. */
  readonly engine: EngineClient
  /** The registry that owns them and their ports. */
  readonly registry: PortRegistry
}

/** Who logs in, and where to; what isn't named is the container's own. */
export interface IrisCredentials {
  /** The namespace to log in to. */
  readonly namespace?: string | undefined
  /** The user. */
  readonly username?: string | undefined
  /** The user's password. */
  readonly password?: string | undefined
}

/**
 * The containers of all projects of the registry, by project; those that are gone but not yet forgotten too.
 *
 * @throws EngineError, PortRegistryError
 */
export async function listProjectContainers({ engine, registry }: ContainerAccess): Promise<ProjectContainer[]> {
  const listed = await engine.listContainers({ labels: [`${LABELS.registry}=${registry.registryId}`] })
  const document = await registry.read()
  const named = await Promise.all(listed.map((summary) => withImageName(engine, summary)))
  const present = new Set(listed.map(({ Id }) => Id))
  const gone = Object.entries(document.containers).filter(
    ([id, record]) => !present.has(id) && record.engine === engine.address,
  )
  return [
    ...named.map((summary) => describeListed(summary, document)),
    ...gone.map(([id, record]) => describeGone(id, record, document)),
  ].sort((one, other) => (one.projectPath < other.projectPath ? -1 : 1))
}

/** The project's container: the one its runs share, or else one that a test of the project has made for itself. */
export async function findProjectContainer(
  access: ContainerAccess,
  projectPath: string,
): Promise<ProjectContainer | undefined> {
  const own = (await listProjectContainers(access)).filter(
    (one) => one.projectPath === projectPath && one.state !== 'gone' && !one.isSetAside,
  )
  return own.find(({ owner }) => owner === 'lease') ?? own[0]
}

/** Once an image's name stands for a newer one, the engine lists the older one's containers by its id. */
async function withImageName(engine: EngineClient, summary: ContainerSummary): Promise<ContainerSummary> {
  if (!summary.Image.startsWith('sha256:')) return summary
  const found = await engine.inspectContainer(summary.Id)
  return { ...summary, Image: found?.Config.Image ?? summary.Image }
}

/**
 * How the container is reached from here. Nothing is checked.
 *
 * @param given who logs in, where that isn't the user that the container was given.
 * @throws EngineError
 */
export async function connectionTo(
  { engine }: ContainerAccess,
  { id, port, webPort, fingerprints }: ProjectContainer,
  given: IrisCredentials = {},
): Promise<IrisConnectionInfo> {
  const { host } = hostAddress(engine.endpoint, undefined, await locateProcess(engine))
  const credentials = await credentialsFor(engine, id, parseFingerprints(fingerprints), given)
  return connectionInfo({ host, port, webPort, ...credentials })
}

/** The address of the Management Portal of the project's container; `undefined` where it has no web server. */
export async function portalOf(access: ContainerAccess, container: ProjectContainer): Promise<string | undefined> {
  return portalUrl(await connectionTo(access, container, { namespace: 'USER', username: '', password: '' }))
}

/** Whether a superserver answers on the container's port now. */
export async function isAnswering(access: ContainerAccess, container: ProjectContainer): Promise<boolean> {
  const noCredentials = { namespace: 'USER', username: '', password: '' }
  const { host, port } = await connectionTo(access, container, noCredentials)
  return (await probeSuperserver(host, port)) === 'superserver'
}
