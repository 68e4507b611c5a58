import { chmodSync, readFileSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { TestHome } from '../../machine/test-home.ts'
import { CommandLine } from '../cli/command-line.ts'
import { DashboardProcess } from './dashboard-process.ts'

/** The ports of the tests' own: the default ones may be another dashboard's. */
const SYSTEM_RANGE = [2650, 2699] as const

let home: TestHome
let line: CommandLine

beforeEach(async () => {
  home = await TestHome.create()
  line = new CommandLine({ IRIS_DEVTESTER_HOME: home.path })
})

afterEach(async () => {
  line[Symbol.dispose]()
  await home[Symbol.asyncDispose]()
})

it('serves on 127.0.0.1 alone, at the second port of the system range, as the system service dashboard', async () => {
  await home.registry.setRange('system', SYSTEM_RANGE)
  await using dashboard = await DashboardProcess.start(line)
  expect(dashboard.port).toBeGreaterThan(SYSTEM_RANGE[0])
  expect(await home.registry.listSystemServices()).toMatchObject([
    { name: 'dashboard', port: dashboard.port, status: 'running' },
  ])
  const addresses = Object.values(networkInterfaces()).flatMap((all = []) => all.map(({ address }) => address))
  expect(await canConnect('127.0.0.1', dashboard.port)).toBe(true)
  for (const address of addresses.filter((one) => one !== '127.0.0.1')) {
    expect([address, await canConnect(address, dashboard.port)]).toEqual([address, false])
  }
})

it('takes the next free port where others have the first ones, and a second one has a name of its own', async () => {
  await home.registry.setRange('system', SYSTEM_RANGE)
  await using first = await DashboardProcess.start(line)
  await home.registry.registerSystemService('vault', { port: first.port + 1 })
  await using second = await DashboardProcess.start(line)
  expect(second.port).toBeGreaterThan(first.port + 1)
  expect((await home.registry.listSystemServices()).map(({ name, port }) => [name, port])).toEqual([
    ['dashboard', first.port],
    ['vault', first.port + 1],
    [`dashboard-${second.port}`, second.port],
  ])
  const taken = await line.run(['dashboard', '--no-open', '--port', String(first.port)])
  expect(taken).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(`Port ${first.port} can't be bound`) })
  const foreign = await line.run(['dashboard', '--no-open', '--port', '8080'])
  expect(foreign).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('2650-2699') })
})

it.for(['SIGINT', 'SIGTERM'] as const)('ends with %s, with its streams, its port and its entry', async (signal) => {
  await home.registry.setRange('system', SYSTEM_RANGE)
  const dashboard = await DashboardProcess.start(line)
  const cookie = await logIn(dashboard)
  const stream = await fetch(`${dashboard.origin}/api/state`, { headers: { Cookie: cookie } })
  expect(stream.headers.get('content-type')).toBe('text/event-stream')
  expect(await dashboard.end(signal)).toBe(0)
  expect(dashboard.written.stderr).toBe('')
  expect(await home.registry.listSystemServices()).toEqual([])
  expect(await canConnect('127.0.0.1', dashboard.port)).toBe(false)
})

it('that was killed is followed by the next one, on its port and under its name', async () => {
  await home.registry.setRange('system', SYSTEM_RANGE)
  const killed = await DashboardProcess.start(line)
  expect(await killed.end('SIGKILL')).toBeNull()
  await using next = await DashboardProcess.start(line)
  expect(await home.registry.listSystemServices()).toMatchObject([{ name: 'dashboard', port: next.port }])
})

it('opens the browser with an address that works once, and without the token', async () => {
  await home.registry.setRange('system', SYSTEM_RANGE)
  const opened = join(line.folder, 'opened')
  chmodSync(line.write('xdg-open', `#!/bin/sh\necho "$1" > ${opened}.part && mv ${opened}.part ${opened}\n`), 0o755)
  const env = { PATH: `${line.folder}:${process.env.PATH}`, WSL_DISTRO_NAME: undefined }
  await using dashboard = await DashboardProcess.start(line, [], { env })
  const link = await vi.waitFor(() => readFileSync(opened, 'utf8').trim(), 20_000)
  expect(link).toContain(`http://127.0.0.1:${dashboard.port}/?link=`)
  expect(link).not.toContain(dashboard.token)
  const first = await fetch(link, { redirect: 'manual' })
  expect(first.status).toBe(303)
  expect((await fetch(link, { redirect: 'manual' })).status).toBe(401)
})

it('refuses what does not come from its page, does nothing for it, and serves what does', async () => {
  await home.registry.setRange('system', SYSTEM_RANGE)
  const project = await home.project('shop')
  await home.registry.assignPort(project, { service: 'node' })
  await using dashboard = await DashboardProcess.start(line)
  const cookie = await logIn(dashboard)
  const act = JSON.stringify({ action: 'release', project })
  const good = { Cookie: cookie, Origin: dashboard.origin, 'Content-Type': 'application/json' }
  for (const [what, headers, status] of [
    ['another host', { ...good, Host: 'evil.example' }, 403],
    ['a name that was made to stand for 127.0.0.1', { ...good, Host: `evil.example:${dashboard.port}` }, 403],
    ['another port in its host', { ...good, Host: '127.0.0.1:80' }, 403],
    ['the origin of a web page', { ...good, Origin: 'http://evil.example' }, 403],
    ['the origin of a page of this machine', { ...good, Origin: 'http://127.0.0.1:8080' }, 403],
    ['an origin that is hidden', { ...good, Origin: 'null' }, 403],
    ['a page of another port', { ...good, 'Sec-Fetch-Site': 'same-site' }, 403],
    ['no origin', { ...good, Origin: undefined }, 403],
    ['no cookie', { ...good, Cookie: undefined }, 401],
    ['a wrong cookie', { ...good, Cookie: `${cookie.split('=')[0]}=wrong` }, 401],
    ['a form of a web page', { ...good, 'Content-Type': 'text/plain' }, 415],
  ] as const) {
    expect([what, await post(dashboard, '/api/act', headers, act)]).toEqual([what, status])
  }
  expect(await post(dashboard, '/api/act', good, 'x'.repeat(200_000))).toBe(413)
  expect(await post(dashboard, '/api/act', good, '{')).toBe(400)
  expect(await post(dashboard, '/api/act', good, '{"action":"constructor"}')).toBe(400)
  expect((await fetch(`${dashboard.origin}/?token=wrong`, { redirect: 'manual' })).status).toBe(401)
  expect((await fetch(`${dashboard.origin}/api/log?id=../../info`, { headers: { Cookie: cookie } })).status).toBe(200)
  expect(await home.registry.listAll()).toHaveLength(1)
  expect(await post(dashboard, '/api/act', good, act)).toBe(200)
  expect(await home.registry.listAll()).toEqual([])
})

it('has a strict policy, a cookie that no script sees, and a page of less than 100 KiB', async () => {
  await home.registry.setRange('system', SYSTEM_RANGE)
  await using dashboard = await DashboardProcess.start(line)
  const opened = await fetch(dashboard.url, { redirect: 'manual' })
  expect(opened.headers.get('set-cookie')).toMatch(/; HttpOnly; SameSite=Strict; Path=\/$/)
  expect(opened.headers.get('location')).toBe('/')
  const headers = { Cookie: await logIn(dashboard) }
  let bytes = 0
  for (const path of ['/', '/page.js', '/page.css', '/icon.svg']) {
    const answer = await fetch(dashboard.origin + path, { headers })
    expect([path, answer.status]).toEqual([path, 200])
    const policy = answer.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toMatch(/unsafe|\*|https?:|data:/)
    const body = Buffer.from(await answer.arrayBuffer())
    bytes += gzipSync(body).length
    if (path !== '/icon.svg')
      expect([path, body.toString().match(/https?:\/\/(?!www\.w3\.org)[^"'`\s]*/g)]).toEqual([path, null])
    expect((await fetch(dashboard.origin + path)).status).toBe(401)
  }
  expect(bytes).toBeLessThan(100 * 1_024)
})

/** Opens the address. @returns the cookie */
async function logIn({ url }: DashboardProcess): Promise<string> {
  const { headers } = await fetch(url, { redirect: 'manual' })
  return headers.get('set-cookie')?.split(';')[0] ?? ''
}

/** One request as it is written; `undefined` leaves a header out. @returns the status */
async function post(
  { origin }: DashboardProcess,
  path: string,
  headers: Readonly<Record<string, string | undefined>>,
  body: string,
): Promise<number> {
  const given = Object.fromEntries(
    Object.entries(headers).filter((one): one is [string, string] => one[1] !== undefined),
  )
  return new Promise((resolve, reject) => {
    const sent = request(origin + path, { method: 'POST', headers: given }, (response) => {
      response.resume().once('close', () => resolve(response.statusCode ?? 0))
    })
    sent.once('error', reject)
    sent.end(body)
  })
}

function canConnect(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    const end = (isThere: boolean) => {
      socket.destroy()
      resolve(isThere)
    }
    socket.once('connect', () => end(true)).once('error', () => end(false))
    // A firewall answers nothing; who listens on an address of this machine answers at once.
    socket.setTimeout(2_000, () => end(false))
  })
}
