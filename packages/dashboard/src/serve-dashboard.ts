import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { act, previewAction } from './act.ts'
import { checkSource, cookieOf, isSecret } from './check-request.ts'
import { followLog } from './container-log.ts'
import { DashboardRefusal } from './dashboard-refusal.ts'
import { EventStream } from './event-stream.ts'
import { connectionOf, instanceDetails } from './instance-details.ts'
import { LiveState } from './live-state.ts'
import type { DashboardParts } from './operations.ts'
import { NO_TOKEN, pageFiles, SECURITY_HEADERS } from './page-files.ts'
import { problemOf } from './problem.ts'
import { readBody } from './read-body.ts'
import type { ActionName } from './state.ts'
import { UsageWatch } from './usage-watch.ts'

const HOST = '127.0.0.1'
/** How long a link that was made for the browser's command line can be used, in ms. */
const LINK_MS = 60_000

/** What a server needs. */
export interface ServeDashboardOptions extends DashboardParts {
  /** The ports that may be used, the best first. */
  readonly ports: Iterable<number>
  /** After how long without anybody who looks it should end, in ms. */
  readonly idleMs: number
}

/** A server that listens. */
export interface DashboardServing {
  readonly port: number
  /** Where the page is, with the token. */
  readonly url: string
  /** Resolves when nobody has looked for long enough. */
  readonly idle: Promise<void>
  /** An address for the command line of a browser, which others may see: it works once, and soon no more. */
  linkForBrowser(): string
  /** Ends all streams and gives the port back. */
  close(): Promise<void>
}

/** What a request is answered by. */
type Route = (request: IncomingMessage, response: ServerResponse, query: URLSearchParams) => Promise<void> | void

/**
 * Serves the page on the first of the ports that can be bound on 127.0.0.1.
 *
 * @returns `undefined` when none of them can
 */
export async function serveDashboard(options: ServeDashboardOptions): Promise<DashboardServing | undefined> {
  const { registry, findEngine, operations, ports, idleMs } = options
  const files = await pageFiles()
  const token = randomBytes(32).toString('base64url')
  const links = new Map<string, number>()
  const state = new LiveState(options)
  const usage = new UsageWatch()
  const streams = new Set<EventStream>()
  let lastLook = Date.now()

  const stream = (response: ServerResponse): EventStream => {
    const events = new EventStream(response)
    streams.add(events)
    events.signal.addEventListener('abort', () => {
      streams.delete(events)
      lastLook = Date.now()
    })
    return events
  }
  const ofContainer =
    (follow: (id: string, events: EventStream) => Promise<void>): Route =>
    async (_, response, query) => {
      const events = stream(response)
      try {
        await follow(query.get('id') ?? '', events)
      } catch (error) {
        if (!events.signal.aborted) events.send('problem', problemOf(error))
      }
      events.send('end', null)
    }

  const routes: Readonly<Record<string, Route>> = {
    'GET /api/state': (_, response) => {
      const events = stream(response)
      const end = state.view((change) => events.send('change', change))
      events.signal.addEventListener('abort', end)
    },
    'GET /api/instance': async (_, response, query) => {
      answer(response, await instanceDetails(options, query.get('name') ?? ''))
    },
    'GET /api/log': ofContainer(async (id, events) => {
      const engine = state.engine ?? (await findEngine())
      await requireOwn(engine, id)
      await followLog(engine, id, (lines) => events.send('lines', lines), events.signal)
    }),
    'GET /api/usage': ofContainer(async (id, events) => {
      const engine = state.engine ?? (await findEngine())
      await requireOwn(engine, id)
      const end = usage.view(engine, id, (samples) => events.send('samples', samples))
      await new Promise<void>((resolve) => events.signal.addEventListener('abort', () => resolve()))
      end()
    }),
    'POST /api/secret': async (request, response) => {
      const { project } = await readBody(request)
      const info = await connectionOf({ engine: await findEngine(), registry }, project ?? '')
      if (!info) throw new DashboardRefusal('CONTAINER_NOT_FOUND', 'It has no running container.')
      answer(response, { password: info.password, url: info.url })
    },
    'POST /api/sql': async (request, response) => {
      const { project = '', query = '', namespace } = await readBody(request)
      const gone = new AbortController()
      response.once('close', () => gone.abort())
      const { sql } = await operations()
      answer(response, await sql({ project, query, namespace: namespace || undefined, signal: gone.signal }))
    },
    'POST /api/preview': async (request, response) => {
      const { action, project = '' } = await readBody(request)
      answer(response, await previewAction(await operations(), requireAction(action), project))
    },
    'POST /api/act': async (request, response) => {
      const { action, project = '', confirm, ids } = await readBody(request)
      const asked = { action: requireAction(action), project, confirm, ids: ids?.split(' ') ?? [] }
      answer(response, await act(registry, await operations(), asked))
    },
  }

  /** The registry's label is on the containers that may be looked into, and on no others. */
  async function requireOwn(engine: Awaited<ReturnType<typeof findEngine>>, id: string): Promise<void> {
    const found = /^[0-9a-f]{12,64}$/.test(id) ? await engine.inspectContainer(id) : undefined
    if (found?.Config.Labels?.['iris-devtester.registry'] === registry.registryId) return
    throw new DashboardRefusal('CONTAINER_NOT_FOUND', 'There is no such container.', 404)
  }

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const refusal = checkSource(request, portOf(server))
    if (refusal) return refuse(response, refusal.status, 'FORBIDDEN', refusal.message)
    const cookie = `iris-devtester-${portOf(server)}`
    const { pathname, searchParams } = new URL(request.url ?? '/', `http://${HOST}`)
    if (pathname === '/' && request.method === 'GET' && isKey(searchParams)) {
      const attributes = 'HttpOnly; SameSite=Strict; Path=/'
      response.writeHead(303, { ...SECURITY_HEADERS, 'Set-Cookie': `${cookie}=${token}; ${attributes}`, Location: '/' })
      return void response.end()
    }
    if (!isSecret(cookieOf(request, cookie), token)) {
      if (pathname.startsWith('/api/')) return refuse(response, 401, 'UNAUTHORIZED', 'The token is missing.')
      return send(response, 401, 'text/html; charset=utf-8', NO_TOKEN)
    }
    lastLook = Date.now()
    const file = request.method === 'GET' ? files.get(pathname) : undefined
    if (file) return send(response, 200, file.type, file.body)
    const route = routes[`${request.method} ${pathname}`]
    if (!route) return refuse(response, 404, 'NOT_FOUND', 'There is nothing here.')
    await route(request, response, searchParams)
  }

  function isKey(query: URLSearchParams): boolean {
    const link = query.get('link')
    if (link === null) return isSecret(query.get('token'), token)
    const until = links.get(link)
    links.delete(link)
    return until !== undefined && Date.now() < until
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      const { status = 409, code = 'FAILED' } = error as { status?: number; code?: string }
      if (response.headersSent) return response.destroy()
      const shown = error as { toJSON?: () => object }
      if (typeof shown.toJSON === 'function') return answer(response, shown.toJSON(), status)
      refuse(response, 500, code, problemOf(error))
    })
  })
  if (!(await listen(server, ports))) return undefined

  const { promise: idle, resolve } = Promise.withResolvers<void>()
  const look = setInterval(() => {
    if (streams.size === 0 && Date.now() - lastLook >= idleMs) resolve()
  }, Math.min(idleMs, 10_000) / 2)
  const port = portOf(server)
  return {
    port,
    url: `http://${HOST}:${port}/?token=${token}`,
    idle,
    linkForBrowser() {
      const link = randomBytes(32).toString('base64url')
      links.set(link, Date.now() + LINK_MS)
      return `http://${HOST}:${port}/?link=${link}`
    },
    async close() {
      clearInterval(look)
      for (const one of streams) one.end()
      await state.close()
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}

const ACTIONS: readonly string[] = ['end', 'restart', 'release', 'prune', 'reset'] satisfies ActionName[]

function requireAction(name: string | undefined): ActionName {
  if (name !== undefined && ACTIONS.includes(name)) return name as ActionName
  throw new DashboardRefusal('ACTION_UNKNOWN', 'There is no such action.', 400)
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

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

function answer(response: ServerResponse, value: unknown, status = 200): void {
  send(response, status, 'application/json', JSON.stringify(value))
}

function refuse(response: ServerResponse, status: number, error: string, message: string): void {
  answer(response, { success: false, error, message }, status)
}

function send(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  if (response.writableEnded || response.destroyed) return
  response.writeHead(status, { ...SECURITY_HEADERS, 'Content-Type': type })
  response.end(body)
}
