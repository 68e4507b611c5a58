import {
  type ContainerAccess,
  connectIris,
  connectionTo,
  findProjectContainer,
  type IrisConnectionInfo,
} from '@iris-devtester/core'
import { portalUrl } from '@iris-devtester/core/connection'
import { type HistoryRecord, projectName } from '@iris-devtester/core/ports'
import type { DashboardParts } from './operations.ts'
import { problemOf } from './problem.ts'
import type { HistoryEntry, InstanceDetails } from './state.ts'

/** How long IRIS may take to name its namespaces, in ms. */
const NAMESPACES_MS = 5_000
/** How much of the history is shown. */
const MAX_HISTORY = 200

/** What a look at one instance gives: how it is reached, what is in it, and what has become of its ports. */
export async function instanceDetails(
  { registry, findEngine, starts }: DashboardParts,
  project: string,
): Promise<InstanceDetails> {
  const [history, lastStarts, iris] = await Promise.all([
    registry.history(),
    starts(project),
    findEngine()
      .then((engine) => connectionOf({ engine, registry }, project))
      // The page says already that the engine is away.
      .catch(() => undefined),
  ])
  const own = history.filter(({ project_path }) => project_path === project)
  return {
    ...(iris ? await irisDetails(iris) : {}),
    starts: lastStarts,
    history: own.slice(0, MAX_HISTORY).map(historyEntry),
  }
}

/** How the instance is reached, password and all; `undefined` where it has no running container. */
export async function connectionOf(access: ContainerAccess, project: string): Promise<IrisConnectionInfo | undefined> {
  const container = await findProjectContainer(access, project)
  return container?.state === 'running' ? connectionTo(access, container) : undefined
}

export function historyEntry({ at, action, port, service, reason, project_path }: HistoryRecord): HistoryEntry {
  return { at, action, port, service, reason, project: projectName(project_path) }
}

async function irisDetails(info: IrisConnectionInfo): Promise<Omit<InstanceDetails, 'starts' | 'history'>> {
  const { host, port, webPort, namespace, username } = info
  const url = `iris://${encodeURIComponent(username)}@${host}:${port}/${encodeURIComponent(namespace)}`
  const connection = { host, port, webPort, namespace, username, url }
  if (webPort === 0) return { connection, namespacesProblem: 'The image has no web server, which would be asked.' }
  const portal = portalUrl(info) ?? ''
  try {
    await using iris = connectIris(info)
    const { namespaces } = await iris.serverInfo({ signal: AbortSignal.timeout(NAMESPACES_MS) })
    return { connection, portal, namespaces }
  } catch (error) {
    return { connection, portal, namespacesProblem: problemOf(error) }
  }
}
