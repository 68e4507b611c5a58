import { currentProcess } from '@iris-devtester/core/ports'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { isLive } from '../../../packages/core/src/lease/book/lease-book.ts'
import { planSweep } from '../../../packages/core/src/lease/cleanup/plan-sweep.ts'
import { hasPostgres, PostgresServer } from '../../machine/postgres-server.ts'
import { openFleet } from './fleet-registry.ts'

const HOUR_MS = 3_600_000

/** Sets this machine's clock, as an administrator does, or waking up after a sleep. The server's goes on. */
function setClock(aheadMs: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + aheadMs })
}

describe.runIf(hasPostgres)('a machine whose clock is wrong', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await PostgresServer.start()
  })
  afterEach(() => {
    vi.useRealTimers()
  })
  afterAll(() => server[Symbol.asyncDispose]())

  test.each([
    ['was set forward', HOUR_MS],
    ['was set back', -HOUR_MS],
  ])('and %s while it works takes no run of another machine for dead, and no container for idle', async (_, ahead) => {
    const registry = openFleet(server.url(), String(ahead))
    const process = { ...currentProcess(), host: 'elsewhere/1/2' }
    const project_path = '/@elsewhere/tmp/a'
    await registry.update('acquire', (draft) => {
      const acquired_at = new Date().toISOString()
      draft.leases.push({ id: 'a', project_path, runner: 'vitest', process, acquired_at, namespaces: [] })
      draft.containers.c = {
        ...{ project_path: '/@elsewhere/tmp/b', name: 'iris_b', engine: 'unix:///x', keep: 'warm' },
        ...{ idle_timeout_ms: 600_000, ready_boot: 'x', idle_since: acquired_at },
      }
    })
    await registry.read()
    setClock(ahead)
    const { leases, containers } = await registry.read()
    expect(leases.map((lease) => isLive(lease))).toEqual([true])
    expect(planSweep({ leases, containers })).toMatchObject({ dead: [], ended: [] })
    // What a change goes by is the same.
    expect(await registry.update('look', (draft) => planSweep(draft).dead)).toEqual([])
    await registry.close()
  })
})
