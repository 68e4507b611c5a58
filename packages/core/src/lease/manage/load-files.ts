import { connectIris } from '../../connection/connect-iris.ts'
import { loadOnce } from '../load/load-once.ts'
import { readSources } from '../load/read-sources.ts'
import type { ProjectContainer } from '../view/project-container.ts'
import { type ContainerAccess, connectionTo, type IrisCredentials } from '../view/project-containers.ts'
import { holdRunning } from './hold-running.ts'

/** What {@link loadFiles} loads, and where to. */
export interface LoadFilesOptions {
  /** Paths or glob patterns, from the project's folder, in the order in which they are loaded. */
  readonly patterns: readonly string[]
  /** Folders outside of which nothing is read, also through symbolic links. */
  readonly within: readonly string[]
  /** Who loads them, and into which namespace. */
  readonly credentials: IrisCredentials
  /** Who does it, for people. */
  readonly runner: string
  /** Ends the wait for another load. */
  readonly signal?: AbortSignal | undefined
}

/** What was loaded. */
export interface LoadedFiles {
  /** The namespace that it is in now. */
  readonly namespace: string
  /** From the project's folder. */
  readonly files: readonly string[]
}

/**
 * Loads classes and SQL into a container that runs, whether or not the same was loaded before.
 *
 * @throws LeaseError `LOAD_FAILED`, or `CONTAINER_BUSY` when it is being ended
 */
export async function loadFiles(
  access: ContainerAccess,
  container: ProjectContainer,
  { patterns, within, credentials, runner, signal }: LoadFilesOptions,
): Promise<LoadedFiles> {
  const sources = await readSources(patterns, container.projectPath, within)
  return holdRunning(access, container, runner, async () => {
    await using connection = connectIris(await connectionTo(access, container, credentials))
    const { registry, engine } = access
    const session = { engine, containerId: container.id }
    await loadOnce({ registry, containerId: container.id, connection, sources, session, signal, again: true })
    return { namespace: connection.namespace, files: sources.map(({ path }) => path) }
  })
}
