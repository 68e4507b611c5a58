import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { registerPrompts } from './register-prompts.ts'
import { registerResources } from './register-resources.ts'
import { registerTools } from './register-tools.ts'
import { type ServeOptions, ServerParts } from './server-parts.ts'

/** A server for one client. */
export interface AgentServer {
  readonly server: McpServer
  /**
   * To be called when the client has gone: waits for its calls, which are cancelled by then and clean up after themselves,
   * and gives back what it held.
   */
  end(): Promise<void>
}

/** A server for one client, not yet connected to it. */
export function createServer(options: ServeOptions): AgentServer {
  const server = new McpServer({ name: 'iris-devtester', version: options.version })
  const parts = new ServerParts(server, options)
  registerTools(parts)
  registerResources(parts)
  registerPrompts(parts)
  return { server, end: () => parts.end() }
}
