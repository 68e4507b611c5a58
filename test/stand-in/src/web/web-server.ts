import { createServer, type IncomingMessage, type Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Instance } from '../instance/instance.ts'
import { type Answer, refusal } from './answers.ts'
import { answerAtelier } from './atelier.ts'
import { metrics } from './metrics.ts'
import { Sessions } from './sessions.ts'

const ATELIER = '/api/atelier'

/** The private web server: Atelier's REST interface, the monitor, and a portal page that answers whatever happens. */
export function createWebServer(instance: Instance): Server {
  const sessions = new Sessions(instance)
  return createServer((request, response) => {
    answer(instance, sessions, request)
      .catch((error: unknown): Answer => {
        instance.log.event(`Web server: ${String(error)}`, { severity: 2, source: 'Generic.Event' })
        return { status: 500, body: 'Internal Server Error' }
      })
      .then(({ status, body, headers }) => {
        response.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) })
        response.end(request.method === 'HEAD' ? undefined : body)
      })
  })
}

async function answer(instance: Instance, sessions: Sessions, request: IncomingMessage): Promise<Answer> {
  let body = ''
  request.setEncoding('utf8')
  for await (const chunk of request) body += chunk
  if (instance.switches.slowMs > 0) await sleep(instance.switches.slowMs)
  const url = URL.parse(request.url ?? '/', 'http://stand-in')
  if (!url) return refusal(404, 'Not Found')
  if (url.pathname === '/csp/sys/UtilHome.csp')
    return { status: 200, body: '<html><body>Management Portal</body></html>' }
  if (!instance.logonsEnabled) return refusal(503, 'Service Unavailable')
  if (url.pathname === '/api/monitor/metrics') {
    return { status: 200, body: metrics(instance), headers: { 'Content-Type': 'text/plain; charset=utf-8' } }
  }
  if (url.pathname !== ATELIER && !url.pathname.startsWith(`${ATELIER}/`)) return refusal(404, 'Not Found')
  const session = sessions.admit(request.headers)
  if ('status' in session) return session
  if (url.searchParams.get('CacheLogout') === 'end') {
    sessions.end(session)
    return { status: 200, body: '' }
  }
  const path = url.pathname
    .slice(ATELIER.length + 1)
    .split('/')
    .filter(Boolean)
    .map(decode)
  const method = request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET')
  const given = answerAtelier(instance, { method, path, query: url.searchParams, body, user: session.user })
  return { ...given, headers: { ...given.headers, 'Set-Cookie': sessions.cookies(session) } }
}

/** `%SYS` must come as `%25SYS`: a bare `%SY` is no escape, and then there is no such namespace. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return `\ufffd${part}`
  }
}
