import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { checkRequest, PATH } from './check-request.ts'
import { type AgentServer, createServer, type ServeOptions } from './create-server.ts'

const HOST = '127.0.0.1'
/** How many clients are served at once. A new one ends the session that has been quiet for longest. */
const MAX_SESSIONS = 64
/** How long a session may stay without a request or an open stream, in ms: its client has gone without a word. */
const IDLE_MS = 30 * 60_000

/** What a server over HTTP needs. */
export interface ServeHttpOptions extends ServeOptions {
  /** What clients have to know. */
  readonly token: string
  /** The ports that may be used, the best first. */
  readonly ports: Iterable<number>
  /** How long a session may stay without a request or an open stream, in ms. Default: half an hour. */
  readonly sessionIdleMs?: number
}

/** A server that listens. */
export interface HttpServing {
  readonly port: number
  /** Where clients connect to. */
  readonly url: string
  /** Ends all sessions and gives the port back; the calls under way are cancelled and clean up first. */
  close(): Promise<void>
}

interface Session extends AgentServer {
  readonly transport: StreamableHTTPServerTransport
  /** Requests that are being answered, and open streams. */
  open: number
  quietSince: number
}

/**
 * Serves any number of clients over Streamable HTTP, on the first of the ports that can be bound on 127.0.0.1.
 *
 * @returns `undefined` when none of them can
 */
export async function serveHttp(options: ServeHttpOptions): Promise<HttpServing | undefined> {
  const { token, ports, sessionIdleMs = IDLE_MS } = options
  const sdk = await import('@modelcontextprotocol/sdk/server/streamableHttp.js')
  const sessions = new Map<string, Session>()

  const open = async (): Promise<Session> => {
    const transport = new sdk.StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => void sessions.set(id, session),
    })
    const session: Session = { ...createServer(options), transport, open: 0, quietSince: Date.now() }
    session.server.server.onclose = () => sessions.delete(transport.sessionId ?? '')
    // The SDK's own types disagree about what may be undefined.
    await session.server.connect(transport as Parameters<typeof session.server.connect>[0])
    return session
  }
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const id = request.headers['mcp-session-id']
    const known = typeof id === 'string' ? sessions.get(id) : undefined
    if (id !== undefined && !known) return refuse(response, 404, 'There is no such session.')
    const session = known ?? (await open())
    session.open += 1
    response.once('close', () => {
      session.open -= 1
      session.quietSince = Date.now()
    })
    await session.transport.handleRequest(request, response)
    if (session.transport.sessionId === undefined) await session.server.close()
    if (!known && sessions.size > MAX_SESSIONS) await endQuietest(sessions)
  }

  const server = createHttpServer((request, response) => {
    const refusal = checkRequest(request, portOf(server), token)
    if (refusal) return refuse(response, refusal.status, refusal.message)
    answer(request, response).catch((error: Error) => refuse(response, 500, error.message))
  })
  if (!(await listen(server, ports))) return undefined
  const watch = setInterval(
    () => {
      const ended = [...sessions.values()].filter(
        (one) => one.open === 0 && Date.now() - one.quietSince > sessionIdleMs,
      )
      for (const { server } of ended) void server.close()
    },
    Math.min(sessionIdleMs, 60_000),
  )
  watch.unref()
  const port = portOf(server)
  return {
    port,
    url: `http://${HOST}:${port}${PATH}`,
    async close() {
      clearInterval(watch)
      const all = [...sessions.values()]
      await Promise.all(all.map((one) => one.server.close()))
      await Promise.all(all.map((one) => one.settled()))
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function listen(server: Server, ports: Iterable<number>): Promise<boolean> {
  for (const port of ports) {
    server.listen({ host: HOST, port, exclusive: true })
    try {
      await once(server, 'listening')
      return true
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error
    }
  }
  return false
}

async function endQuietest(sessions: ReadonlyMap<string, Session>): Promise<void> {
  const [quietest] = [...sessions.values()]
    .filter((one) => one.open === 0)
    .sort((one, other) => one.quietSince - other.quietSince)
  await quietest?.server.close()
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

function refuse(response: ServerResponse, status: number, message: string): void {
  if (response.headersSent) return void response.destroy()
  if (status === 401) response.setHeader('WWW-Authenticate', 'Bearer')
  response.writeHead(status, { 'Content-Type': 'application/json', Connection: 'close' })
  response.end(JSON.stringify({ jsonrpc: '2.0', error: { code: -32_000, message }, id: null }))
}
