import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EngineClient } from '@iris-devtester/core'
import { PortRegistry } from '@iris-devtester/core/ports'
import { afterEach, expect, it } from 'vitest'
import type { Operations } from './operations.ts'
import { type DashboardServing, serveDashboard } from './serve-dashboard.ts'

const folder = mkdtempSync(join(tmpdir(), 'iris-dashboard-'))
let serving: DashboardServing | undefined
afterEach(async () => {
  await serving?.close()
  rmSync(folder, { recursive: true, force: true })
})

it('is idle once nobody has looked for long enough, and not while somebody does', async () => {
  const { url } = await serve(2_000)
  const opened = await fetch(url, { redirect: 'manual' })
  const headers = { Cookie: opened.headers.get('set-cookie')?.split(';')[0] ?? '' }
  const look = new AbortController()
  const stream = await fetch(new URL('/api/state', url), { headers, signal: look.signal })
  const reader = stream.body?.getReader()
  expect(new TextDecoder().decode((await reader?.read())?.value)).toContain('retry')
  const idle = serving?.idle.then(() => 'idle')
  expect(await Promise.race([idle, after(4_500)])).toBe('still looked at')
  look.abort()
  expect(await idle).toBe('idle')
})

async function serve(idleMs: number): Promise<DashboardServing> {
  serving = await serveDashboard({
    registry: new PortRegistry({ registryPath: join(folder, 'port-registry.json'), docker: false }),
    findEngine: async () => new EngineClient({ kind: 'socket', path: join(folder, 'no.sock'), source: 'test' }),
    operations: async () => ({}) as Operations,
    starts: async () => [],
    ports: [0],
    idleMs,
  })
  if (!serving) throw new Error('No port could be bound.')
  return serving
}

function after(ms: number): Promise<string> {
  return new Promise((resolve) => setTimeout(() => resolve('still looked at'), ms))
}
