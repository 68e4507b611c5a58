import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { createServer } from './create-server.ts'
import type { ServeOptions } from './server-parts.ts'

/** Serves one client over standard input and output, until it closes its end and what it asked for has ended. */
export async function serveStdio(options: ServeOptions): Promise<void> {
  const { server, end } = createServer(options)
  const ended = new Promise<void>((resolve) => {
    server.server.onclose = resolve
    // The SDK's transport does not notice that its client has gone.
    process.stdin.once('end', () => void server.close())
    // Not `once`: without a listener of ours, the lock library's listener ends the process on this very signal.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void server.close())
  })
  await server.connect(new StdioServerTransport())
  await ended
  await end()
}
