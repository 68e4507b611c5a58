import { realpathSync } from 'node:fs'
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { type Extra, offersRoots, rootsOf } from './client-roots.ts'
import { hideProjects } from './hide-projects.ts'
import type { Call, OperationName, Operations } from './operations.ts'

/** The longest result, in characters of JSON. A longer one is refused with `OUTPUT_TOO_LARGE`. */
export const MAX_OUTPUT = 100_000

/** What a server needs. */
export interface ServeOptions {
  /** As clients see it. */
  readonly version: string
  /** The folder that may be used when the client offers no roots; absolute. */
  readonly workingDirectory: string
  /** The work behind tools and resources. */
  readonly operations: Operations
  /** How the command line is called here. */
  readonly command: string
  /** The folders of all projects that the registry knows. */
  readonly projects: () => Promise<readonly string[]>
}

/** What a client may see. */
export interface ClientView {
  /** The folders that it may use. */
  readonly roots: readonly string[]
  /** Takes the folders of others' projects out of what it is told, where it offers roots. */
  readonly hide: <T>(value: T) => T
}

/** What tools, resources and prompts of one server have in common. */
export class ServerParts {
  readonly server: McpServer
  readonly options: ServeOptions
  readonly #underWay = new Set<Promise<object>>()

  constructor(server: McpServer, options: ServeOptions) {
    this.server = server
    this.options = options
  }

  /** @throws McpRefusal `OUTSIDE_ROOTS` */
  async viewOf(extra: Pick<Extra, 'sendRequest'>): Promise<ClientView> {
    const roots = await rootsOf(this.server, extra, this.options.workingDirectory)
    if (!offersRoots(this.server)) return { roots, hide: (value) => value }
    // What can't be read can't be told either.
    const projects = await this.options.projects().catch(() => [])
    return { roots, hide: (value) => hideProjects(value, projects, roots.map(realPathOr)) }
  }

  /** Runs the operation behind a tool or a resource. */
  async run(
    name: OperationName,
    projectPath: string,
    input: Readonly<Record<string, unknown>>,
    extra: Extra,
    roots: readonly string[],
  ): Promise<object> {
    const work = this.options.operations[name](projectPath, input, callOf(extra, roots))
    this.#underWay.add(work)
    return work.finally(() => this.#underWay.delete(work))
  }

  /** Waits for what is under way. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#underWay)
  }
}

/** The registry knows projects by their real paths. */
function realPathOr(root: string): string {
  try {
    return realpathSync.native(root)
  } catch {
    // A root that isn't there holds no project.
    return root
  }
}

function callOf({ signal, _meta, sendNotification }: Extra, roots: readonly string[]): Call {
  const progressToken = _meta?.progressToken
  let progress = 0
  return {
    roots,
    signal,
    onProgress(message) {
      if (progressToken === undefined || signal.aborted) return
      progress += 1
      const params = { progressToken, progress, message }
      // Whoever has gone needs no progress.
      void sendNotification({ method: 'notifications/progress', params }).catch(() => {})
    },
  }
}
