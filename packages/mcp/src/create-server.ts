import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { chooseProject } from './choose-project.ts'
import { type Extra, rootsOf } from './client-roots.ts'
import type { Call, Operations } from './operations.ts'
import { outputSchema } from './output-schemas.ts'
import { McpRefusal, refusalFrom } from './refusal-error.ts'
import { TOOLS, type ToolName } from './tools.ts'
import { withoutSecrets } from './without-secrets.ts'

/** The longest result, in characters of JSON. A longer one is refused with `OUTPUT_TOO_LARGE`. */
const MAX_OUTPUT = 100_000

/** Tools whose results are given as they are: the one that is asked for the password, and what the project's own tables say. */
const AS_THEY_ARE: ReadonlySet<ToolName> = new Set(['iris_connection', 'iris_sql'])

/** What a server needs. */
export interface ServeOptions {
  /** As clients see it. */
  readonly version: string
  /** The folder that may be used when the client offers no roots; absolute. */
  readonly workingDirectory: string
  /** The work behind the tools. */
  readonly operations: Operations
}

/** A server for one client. */
export interface AgentServer {
  readonly server: McpServer
  /** Waits for the calls that are under way. Once the client has gone they are cancelled, and clean up after themselves. */
  settled(): Promise<void>
}

/** A server for one client, not yet connected to it. */
export function createServer({ version, workingDirectory, operations }: ServeOptions): AgentServer {
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
        const roots = await rootsOf(server, extra, workingDirectory)
        const projectPath = chooseProject(project, roots)
        const work = operations[name](projectPath, rest, callOf(extra, roots))
        underWay.add(work)
        const value = await work.finally(() => underWay.delete(work))
        return result(AS_THEY_ARE.has(name) ? { ...value } : withoutSecrets(value), false)
      } catch (error) {
        return result(withoutSecrets(refusalFrom(error)), true)
      }
    })
  }
  return {
    server,
    async settled() {
      await Promise.allSettled(underWay)
    },
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
