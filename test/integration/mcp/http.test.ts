import { request } from 'node:http'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { TestHome } from '../../machine/test-home.ts'
import { CommandLine } from '../cli/command-line.ts'
import { Agent } from './agent.ts'
import { HttpServer } from './http-server.ts'
import { SocketHolder } from './socket-holder.ts'

let home: TestHome
let project: CommandLine
let other: CommandLine

beforeEach(async () => {
  home = await TestHome.create()
  project = new CommandLine({ IRIS_DEVTESTER_HOME: home.path })
  other = new CommandLine({ IRIS_DEVTESTER_HOME: home.path })
})

afterEach(async () => {
  project[Symbol.dispose]()
  other[Symbol.dispose]()
  await home[Symbol.asyncDispose]()
})

it('serves several agents at once, each in its own roots, and is a system service meanwhile', async () => {
  await using server = await HttpServer.start(project)
  await using one = await Agent.connect(server, [project.folder])
  await using two = await Agent.connect(server, [other.folder])
  await using three = await Agent.connect(server)
  const answers = await Promise.all([one, two].map((agent) => agent.call('ports_request', { type: 'node' })))
  expect(answers.map(({ value }) => value.assignment.projectPath)).toEqual([project.folder, other.folder])
  expect(new Set(answers.map(({ value }) => value.assignment.port)).size).toBe(2)
  const refused = await one.call('ports_release', { project: other.folder })
  expect(refused.value.error).toBe('OUTSIDE_ROOTS')
  expect((await three.call('iris_status')).value.projectPath).toBe(project.folder)
  expect(await home.registry.listSystemServices()).toMatchObject([
    { name: 'mcp-server', port: server.port, status: 'running' },
  ])
})

it('refuses requests of web pages and of whoever does not know the token, and does nothing for them', async () => {
  await using server = await HttpServer.start(project)
  const { session } = await post(server, {})
  const call = { method: 'tools/call', params: { name: 'ports_request', arguments: { type: 'node' } } }
  for (const [what, headers, status] of [
    ['another host', { Host: 'evil.example:2601' }, 403],
    ['another port in its host', { Host: '127.0.0.1:80' }, 403],
    ['the origin of a web page', { Origin: 'http://evil.example' }, 403],
    ['the origin of a page of this machine', { Origin: 'http://127.0.0.1:8080' }, 403],
    ['an origin that is hidden', { Origin: 'null' }, 403],
    ['no token', { Authorization: undefined }, 401],
    ['a wrong token', { Authorization: 'Bearer wrong' }, 401],
    ['the token as a password', { Authorization: `Basic ${Buffer.from(`a:${server.token}`).toString('base64')}` }, 401],
    ['a session that there is not', { 'Mcp-Session-Id': 'none' }, 404],
  ] as const) {
    const answer = await post(server, { 'Mcp-Session-Id': session, ...headers }, call)
    expect([what, answer.status]).toEqual([what, status])
  }
  expect(await home.registry.listAll()).toEqual([])
  expect((await post(server, { 'Mcp-Session-Id': session }, call)).status).toBe(200)
  expect(await home.registry.listAll()).toHaveLength(1)
})

it('listens on 127.0.0.1 and nowhere else', async () => {
  await using server = await HttpServer.start(project)
  const addresses = Object.values(networkInterfaces()).flatMap((all = []) => all.map(({ address }) => address))
  expect(await canConnect('127.0.0.1', server.port)).toBe(true)
  for (const address of addresses.filter((one) => one !== '127.0.0.1')) {
    expect([address, await canConnect(address, server.port)]).toEqual([address, false])
  }
})

it('takes the next free port where others have the first ones', async () => {
  await using first = await HttpServer.start(project)
  await using holder = await SocketHolder.start('tcp', '127.0.0.1', first.port + 1)
  await home.registry.registerSystemService('dashboard', { port: first.port + 2 })
  await using second = await HttpServer.start(other)
  expect(holder.pid).toBeTypeOf('number')
  expect(second.port).toBe(first.port + 3)
  await using agent = await Agent.connect(second)
  expect((await agent.call('iris_status')).value.projectPath).toBe(other.folder)
  expect((await home.registry.listSystemServices()).map(({ name, port }) => [name, port])).toEqual([
    ['mcp-server', first.port],
    ['dashboard', first.port + 2],
    [`mcp-server-${second.port}`, second.port],
  ])
})

it.for(['SIGINT', 'SIGTERM'] as const)(
  'ends with %s: the call under way is undone, its port and its entry are free',
  async (signal) => {
    const server = await HttpServer.start(project)
    const agent = await Agent.connect(server)
    const begun = Promise.withResolvers<void>()
    const call = agent.client
      .callTool({ name: 'iris_up', arguments: {} }, undefined, {
        onprogress: ({ message }) => message === 'Starting: boot' && begun.resolve(),
        timeout: 300_000,
      })
      .then(
        () => 'done',
        () => 'failed',
      )
    await begun.promise
    expect(await server.end(signal)).toBe(0)
    expect(await home.leftovers()).toEqual({ containers: [], assignments: [] })
    expect(await home.registry.listSystemServices()).toEqual([])
    await using again = await HttpServer.start(project)
    expect(again.port).toBe(server.port)
    await agent.client.close()
    expect(await call).toBe('failed')
  },
)

it('that was killed is followed by the next one, on its port and under its name', async () => {
  const killed = await HttpServer.start(project)
  expect(await killed.end('SIGKILL')).toBeNull()
  expect(await home.registry.listSystemServices()).toHaveLength(1)
  await using next = await HttpServer.start(project)
  expect(next.port).toBe(killed.port)
  expect(await home.registry.listSystemServices()).toMatchObject([{ name: 'mcp-server', port: next.port }])
})

it('takes the token of the environment without showing it, and refuses one that is easily guessed', async () => {
  const token = 'a-token-of-the-team'
  await using server = await HttpServer.start(project, { IRIS_DEVTESTER_MCP_TOKEN: token })
  expect(server.written.stdout).not.toContain(token)
  await using agent = await Agent.connect({ url: server.url, token })
  expect((await agent.call('ports_list')).isError).toBe(false)
  const short = await project.start(['mcp', '--http'], { env: { IRIS_DEVTESTER_MCP_TOKEN: 'short' } }).ended
  expect(short).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('at least 16') })
})

it('refuses what is too long or no message, and serves on', async () => {
  await using server = await HttpServer.start(project)
  expect((await post(server, {}, 'x'.repeat(5_000_000))).status).toBe(413)
  for (const body of ['{', 'null', '[]', '{"jsonrpc":"1.0"}', '\u0000']) {
    expect((await post(server, {}, body)).status).toBe(400)
  }
  await using agent = await Agent.connect(server)
  expect((await agent.call('ports_list')).isError).toBe(false)
})

const INITIALIZE = {
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
}

/** One request as it is written; `undefined` leaves a header out. */
async function post(
  { url, token }: HttpServer,
  headers: Readonly<Record<string, string | undefined>>,
  message: object | string = INITIALIZE,
): Promise<{ status: number; session: string }> {
  const all = {
    Authorization: `Bearer ${token}`,
    Accept: 'application/json, text/event-stream',
    'Content-Type': 'application/json',
    ...headers,
  }
  const given = Object.fromEntries(Object.entries(all).filter((one): one is [string, string] => one[1] !== undefined))
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', headers: given }, (response) => {
      const answer = { status: response.statusCode ?? 0, session: String(response.headers['mcp-session-id'] ?? '') }
      response.resume().once('close', () => resolve(answer))
    })
    sent.once('error', reject)
    sent.end(typeof message === 'string' ? message : JSON.stringify({ jsonrpc: '2.0', id: 1, ...message }))
  })
}

function canConnect(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    const end = (isThere: boolean) => {
      socket.destroy()
      resolve(isThere)
    }
    // A firewall, or the address of a network that is just being removed, answers nothing.
    socket.setTimeout(2_000, () => end(false))
    socket.once('connect', () => end(true)).once('error', () => end(false))
  })
}
