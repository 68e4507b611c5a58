import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'

// The least that a server on the SDK is: one tool without arguments that does nothing.
const server = new McpServer({ name: 'empty', version: '1.0.0' })
server.registerTool('nothing', {}, () => ({ content: [] }))
await server.connect(new StdioServerTransport())
