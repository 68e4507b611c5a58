import { fileURLToPath } from 'node:url'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js'
import type { ServerNotification, ServerRequest } from '@modelcontextprotocol/sdk/types.js'
import { chooseProject } from './choose-project.ts'
import type { Call, Operations } from './operations.ts'
import { outputSchema } from './output-schemas.ts'
import { McpRefusal, refusalFrom } from './refusal-error.ts'
import { TOOLS, type ToolName } from './tools.ts'
import { withoutSecrets } from './without-secrets.ts'

/** The longest result, in characters of JSON. A longer one is refused with `OUTPUT_TOO_LARGE`. */
const MAX_OUTPUT = 100_000

/** What a server needs. */
export interface ServeOptions {
  /** As clients see it. */
  readonly version: string
  /** The folder that may be used when the client offers no roots; absolute. */
  readonly workingDirectory: string
  /** The work behind the tools. */
  readonly operations: Operations
}

/** Serves one client over standard input and output, until it closes its end and what it asked for has ended. */
export async function serveStdio({ version, workingDirectory, operations }: ServeOptions): Promise<void> {
  const server = new McpServer({ name: 'iris-devtester', version })
  const underWay = new Set<Promise<object>>()
  for (const name of Object.keys(TOOLS) as ToolName[]) {
    const { title, description, input, output, readOnly, destructive, idempotent } = TOOLS[name]
    const annotations = {
      title,
      readOnlyHint: readOnly,
      destructiveHint: destructive,
      idempotentHint: idempotent,
      openWorldHint: false,
    }
    const config = { title, description, inputSchema: input, outputSchema: outputSchema(output), annotations }
    server.registerTool(name, config, async (given: object, extra: Extra) => {
      const { project, ...rest } = given as { readonly project?: string }
      try {
        const projectPath = chooseProject(project, await rootsOf(server, workingDirectory))
        const work = operations[name](projectPath, rest, callOf(extra))
        underWay.add(work)
        const value = await work.finally(() => underWay.delete(work))
        return result(name === 'iris_connection' ? { ...value } : withoutSecrets(value), false)
      } catch (error) {
        return result(withoutSecrets(refusalFrom(error)), true)
      }
    })
  }
  const ended = new Promise<void>((resolve) => {
    server.server.onclose = resolve
    // The SDK's transport does not notice that its client has gone.
    process.stdin.once('end', () => void server.close())
  })
  await server.connect(new StdioServerTransport())
  await ended
  // Its calls are cancelled by now, and clean up after themselves.
  await Promise.allSettled(underWay)
}

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>

function callOf({ signal, _meta, sendNotification }: Extra): Call {
  const progressToken = _meta?.progressToken
  let progress = 0
  return {
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

/** Asked at each call, because a client may change them. */
async function rootsOf(server: McpServer, workingDirectory: string): Promise<readonly string[]> {
  if (!server.server.getClientCapabilities()?.roots) return [workingDirectory]
  const { roots } = await server.server.listRoots()
  const folders = roots.filter(({ uri }) => uri.startsWith('file:')).map(({ uri }) => fileURLToPath(uri))
  if (folders.length > 0) return folders
  throw new McpRefusal('OUTSIDE_ROOTS', 'The client offers no folder as a root, so no project may be used.', {})
}

function result(structuredContent: Record<string, unknown>, isError: boolean) {
  const text = JSON.stringify(structuredContent)
  if (text.length > MAX_OUTPUT) {
    const message = `The result has ${text.length} characters; at most ${MAX_OUTPUT} are sent.`
    const refusal = new McpRefusal('OUTPUT_TOO_LARGE', message, { limit: MAX_OUTPUT }).toJSON()
    return {
      structuredContent: refusal,
      content: [{ type: 'text' as const, text: JSON.stringify(refusal) }],
      isError: true,
    }
  }
  return { structuredContent, content: [{ type: 'text' as const, text }], isError }
}
