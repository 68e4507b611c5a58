import { ResourceTemplate } from '@modelcontextprotocol/sdk/server/mcp.js'
import { ErrorCode, McpError, type ReadResourceResult } from '@modelcontextprotocol/sdk/types.js'
import { chooseProject } from './choose-project.ts'
import type { Extra } from './client-roots.ts'
import type { OperationName } from './operations.ts'
import { refusalFrom } from './refusal-error.ts'
import { MAX_OUTPUT, type ServerParts } from './server-parts.ts'
import { withoutSecrets } from './without-secrets.ts'

const mimeType = 'application/json'
/** How many lines of a log a resource has. */
const LOG_LINES = 1_000
/** How many entries of the history a resource has: all that the registry keeps. */
const HISTORY_ENTRIES = 100

type Run = (operation: OperationName, project: string, input: object) => Promise<object>

/** Offers the registry and the history, and of each project in the roots the assignments and the log. */
export function registerResources(parts: ServerParts): void {
  const { server } = parts
  server.registerResource(
    'registry',
    'iris-devtester://registry',
    { title: 'Port registry', description: 'All assigned ports of this machine and the live test runs.', mimeType },
    (uri, extra) => read(parts, uri, extra, ([root = ''], run) => run('ports_list', root, {})),
  )
  server.registerResource(
    'history',
    'iris-devtester://history',
    { title: 'History of the ports', description: 'What was assigned, released and refused, newest first.', mimeType },
    (uri, extra) =>
      read(parts, uri, extra, ([root = ''], run) => run('ports_history', root, { limit: HISTORY_ENTRIES })),
  )
  server.registerResource(
    'assignments',
    perProject(parts, 'assignments'),
    { title: "A project's ports", description: "`project` is the folder's path, percent-encoded.", mimeType },
    (uri, { project }, extra) =>
      read(parts, uri, extra, async (roots, run) => {
        const projectPath = chooseProject(decoded(project), roots)
        const { assignments } = (await run('ports_list', projectPath, {})) as Assignments
        const name = await parts.options.nameOf(projectPath)
        return { projectPath, assignments: assignments.filter((one) => one.projectPath === name) }
      }),
  )
  server.registerResource(
    'log',
    perProject(parts, 'log'),
    { title: "Log of a project's container", description: 'Its last lines. `project` as for the ports.', mimeType },
    (uri, { project }, extra) =>
      read(parts, uri, extra, (roots, run) =>
        run('iris_logs', chooseProject(decoded(project), roots), { tail: LOG_LINES }),
      ),
  )
}

interface Assignments {
  readonly assignments: readonly { readonly projectPath: string }[]
}

/** A resource that each project has. Those of the client's roots are listed. */
function perProject(parts: ServerParts, part: string): ResourceTemplate {
  return new ResourceTemplate(`iris-devtester://projects/{project}/${part}`, {
    async list(extra) {
      const { roots } = await parts.viewOf(extra)
      const resources = roots.map((root) => ({
        uri: `iris-devtester://projects/${encodeURIComponent(root)}/${part}`,
        name: `${part} of ${root}`,
        mimeType,
      }))
      return { resources }
    },
  })
}

function decoded(project: string | readonly string[] | undefined): string {
  try {
    return decodeURIComponent(String(project))
  } catch {
    // A percent sign that encodes nothing: no such folder.
    return String(project)
  }
}

/** @throws McpError with the refusal as its data */
async function read(
  parts: ServerParts,
  uri: URL,
  extra: Extra,
  work: (roots: readonly string[], run: Run) => Promise<object>,
): Promise<ReadResourceResult> {
  let hide = <T>(value: T) => value
  try {
    const view = await parts.viewOf(extra)
    hide = view.hide
    const run: Run = (operation, project, input) => parts.run(operation, project, { ...input }, extra, view.roots)
    const text = JSON.stringify(hide(withoutSecrets(await work(view.roots, run))))
    if (text.length <= MAX_OUTPUT) return { contents: [{ uri: uri.href, mimeType, text }] }
    throw new Error(`The resource has ${text.length} characters; at most ${MAX_OUTPUT} are sent.`)
  } catch (error) {
    const refusal = hide(withoutSecrets(refusalFrom(error)))
    throw new McpError(ErrorCode.InvalidParams, String(refusal.message), refusal)
  }
}
