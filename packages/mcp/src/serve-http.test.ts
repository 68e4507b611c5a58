import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { afterEach, expect, it, vi } from 'vitest'
import type { Operations } from './operations.ts'
import { type HttpServing, serveHttp } from './serve-http.ts'

const OPTIONS = {
  version: '1',
  workingDirectory: '/',
  operations: async () => ({}) as Operations,
  command: async () => 'npx iris-devtester',
  projects: async () => [],
  nameOf: async (folder: string) => folder,
}
const TOKEN = 'a-token-for-the-tests'

let serving: HttpServing | undefined
afterEach(() => serving?.close())

it('ends a session whose client has gone without a word, and serves new ones', async () => {
  const { url } = await serve({ sessionIdleMs: 1_000 })
  const id = await initialize(url)
  expect(await ping(url, id)).toBe(200)
  await vi.waitFor(async () => expect(await pingAfter(url, id, 2_500)).toBe(404), 20_000)
})

it('keeps a session as long as its client listens', async () => {
  const { url } = await serve({ sessionIdleMs: 1_000 })
  const client = new Client({ name: 'test', version: '1' })
  const transport = new StreamableHTTPClientTransport(new URL(url), {
    requestInit: { headers: { Authorization: `Bearer ${TOKEN}` } },
  })
  await client.connect(transport as Parameters<typeof client.connect>[0])
  const quiet = await initialize(url)
  await vi.waitFor(async () => expect(await pingAfter(url, quiet, 2_500)).toBe(404), 20_000)
  expect((await client.listTools()).tools.length).toBeGreaterThan(10)
  await client.close()
})

it('ends the session that has been quiet for longest when there are too many', async () => {
  const { url } = await serve({})
  const ids: string[] = []
  for (let n = 0; n < 65; n += 1) ids.push(await initialize(url))
  expect(await ping(url, ids[0])).toBe(404)
  expect(await ping(url, ids[1])).toBe(200)
  expect(await ping(url, ids[64])).toBe(200)
})

it('says so when no port can be bound', async () => {
  const { port } = await serve({})
  expect(await serveHttp({ ...OPTIONS, token: TOKEN, ports: [port] })).toBeUndefined()
})

async function serve(options: { readonly sessionIdleMs?: number }): Promise<HttpServing> {
  serving = await serveHttp({ ...OPTIONS, token: TOKEN, ports: [0], ...options })
  if (!serving) throw new Error('No port could be bound.')
  return serving
}

async function initialize(url: string): Promise<string> {
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } }
  const answer = await send(url, { method: 'initialize', params })
  return answer.headers.get('mcp-session-id') ?? ''
}

async function ping(url: string, id = ''): Promise<number> {
  return (await send(url, { method: 'ping' }, { 'Mcp-Session-Id': id })).status
}

/** A ping makes a session last longer, so it has to be left alone before. */
async function pingAfter(url: string, id: string, ms: number): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, ms))
  return ping(url, id)
}

async function send(url: string, message: object, headers: Record<string, string> = {}): Promise<Response> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${TOKEN}`,
      Accept: 'application/json, text/event-stream',
      'Content-Type': 'application/json',
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, ...message }),
  })
  await answer.text()
  return answer
}
