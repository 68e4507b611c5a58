import { realpathSync } from 'node:fs'
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { type Extra, offersRoots, rootsOf } from './client-roots.ts'
import { hideProjects } from './hide-projects.ts'
import type { Call, OperationName, Operations, Reservation } from './operations.ts'

/** The longest result, in characters of JSON. A longer one is refused with `OUTPUT_TOO_LARGE`. */
export const MAX_OUTPUT = 100_000

/** What a server needs. */
export interface ServeOptions {
  /** As clients see it. */
  readonly version: string
  /** The folder that may be used when the client offers no roots; absolute. */
  readonly workingDirectory: string
  /** Loads the work behind tools and resources. Asked for at each call. */
  readonly operations: () => Promise<Operations>
  /** How the command line is called here. */
  readonly command: () => Promise<string>
  /** The folders of all projects that the registry knows. */
  readonly projects: () => Promise<readonly string[]>
  /** What the registry calls the project in a folder, without an instance: one of several machines has other names than paths. */
  readonly nameOf: (folder: string) => Promise<string>
}

/** What a client may see. */
export interface ClientView {
  /** The folders that it may use. */
  readonly roots: readonly string[]
  /** Takes the folders of others' projects out of what it is told, where it offers roots. */
  readonly hide: <T>(value: T) => T
}

/** What `ports_request` gives. */
interface Requested {
  readonly assignment: { readonly service: string; readonly port: number; readonly expiresAt: string | null }
}

/** What tools, resources and prompts of one server have in common. */
export class ServerParts {
  readonly server: McpServer
  readonly options: ServeOptions
  readonly #underWay = new Set<Promise<object>>()
  /** By project and type: the time-limited reservations of this session. */
  readonly #reservations = new Map<string, { readonly projectPath: string; readonly reservation: Reservation }>()

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
    const folders = roots.map(realPathOr)
    // Nor can what has no name there.
    const names = await Promise.all(folders.map(this.options.nameOf)).catch(() => [])
    return { roots, hide: (value) => hideProjects(value, projects, [...folders, ...names]) }
  }

  /** Runs the operation behind a tool or a resource. */
  async run(
    name: OperationName,
    projectPath: string,
    input: Readonly<Record<string, unknown>>,
    extra: Extra,
    roots: readonly string[],
  ): Promise<object> {
    const operations = await this.options.operations()
    // A call that was cancelled meanwhile must not begin: nobody would wait for its end.
    extra.signal.throwIfAborted()
    const work = operations[name](projectPath, input, callOf(extra, roots))
    this.#underWay.add(work)
    const value = await work.finally(() => this.#underWay.delete(work))
    if (name === 'ports_request') this.#note(projectPath, value as Requested)
    return value
  }

  /** Waits for what is under way, then gives back what the session holds. Nothing else may be called any more. */
  async end(): Promise<void> {
    await Promise.allSettled(this.#underWay)
    const held = [...this.#reservations.values()]
    this.#reservations.clear()
    if (held.length === 0) return
    const operations = await this.options.operations()
    const call = { roots: [], signal: new AbortController().signal, onProgress() {} }
    // What can't be given back now ends with its time limit.
    await Promise.allSettled(
      held.map(({ projectPath, reservation }) => operations.reservation_end(projectPath, { ...reservation }, call)),
    )
  }

  #note(projectPath: string, { assignment: { service, port, expiresAt } }: Requested): void {
    const key = `${service} ${projectPath}`
    if (expiresAt === null) this.#reservations.delete(key)
    else this.#reservations.set(key, { projectPath, reservation: { type: service, port } })
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
