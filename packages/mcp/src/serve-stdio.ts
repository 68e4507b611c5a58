import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { createServer, type ServeOptions } from './create-server.ts'

/** Serves one client over standard input and output, until it closes its end and what it asked for has ended. */
export async function serveStdio(options: ServeOptions): Promise<void> {
  const { server, settled } = createServer(options)
  const ended = new Promise<void>((resolve) => {
    server.server.onclose = resolve
    // The SDK's transport does not notice that its client has gone.
    process.stdin.once('end', () => void server.close())
  })
  await server.connect(new StdioServerTransport())
  await ended
  await settled()
}
