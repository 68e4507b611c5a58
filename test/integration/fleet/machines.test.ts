import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { acquireIris } from '@iris-devtester/core'
import { PortRegistry } from '@iris-devtester/core/ports'
import { describe, expect, test, vi } from 'vitest'
import { findEngine } from '../../../packages/core/src/engine/find-engine.ts'
import { sweep } from '../../../packages/core/src/lease/cleanup/sweep.ts'
import { openFleet } from '../../faults/fleet/fleet-registry.ts'
import { Relay } from '../../faults/fleet/relay.ts'
import { hasPostgres } from '../../machine/postgres-server.ts'
import { IMAGE } from '../../machine/test-home.ts'
import { hasMachines } from './fleet-home.ts'
import { fleet, HOUR_AGO, machine, useFleet } from './use-fleet.ts'

describe.runIf(hasPostgres && hasMachines)('machines that share an engine', () => {
  useFleet()

  test('a run on another machine keeps the shared container; cut off, it counts as dead by the server’s clock alone, and what it held goes', async () => {
    const env = { IRIS_PROJECT_ID: 'shop', IRIS_DEVTESTER_REAPER: '0' }
    const other = await machine('elsewhere', ['acquire', fleet.folder], /acquired/, env)
    const registry = fleet.open('here')
    const [lease] = (await registry.read()).leases
    // Its machine is in the lease, and from here nobody can judge its process.
    expect(lease?.process.host).toMatch(/^~?elsewhere\//)
    expect(await sweep(registry)).toEqual({ done: [], failed: [] })

    // Another run of the same project finds the container warm.
    vi.stubEnv('IRIS_PROJECT_ID', 'shop')
    vi.stubEnv('IRIS_DEVTESTER_REAPER', '0')
    const shared = fleet.open('here')
    const iris = await acquireIris({
      projectPath: fleet.folder,
      image: IMAGE,
      registry: shared,
      quiet: true,
      keep: 'stop',
    })
    expect(iris.container).toMatchObject({ start: 'warm' })
    expect(other.output).toContain(iris.container?.id)
    await iris.release()
    await shared.close()
    // It stays, as the other machine holds it.
    expect(await fleet.containers()).toHaveLength(1)

    other.child.kill('SIGKILL')
    await other.ended
    // The machine has gone without a word: until its time is over, nothing happens.
    expect(await sweep(registry)).toEqual({ done: [], failed: [] })
    fleet.server.sql(HOUR_AGO)
    const later = fleet.open('here')
    const { done, failed } = await sweep(later)
    expect(failed).toEqual([])
    expect(done.join('\n')).toMatch(/lease of script \(pid \d+\) in \/@id:shop has ended/)
    expect((await later.read()).leases).toEqual([])
    expect(await fleet.containers()).toEqual([])
    await Promise.all([registry, later].map((one) => one.close()))
  })

  test('a run that is cut off from the server goes on, keeps its container, and ends as ever when the network is back', async () => {
    await using relay = await Relay.to(fleet.server.port)
    const url = fleet.server.url('owner', '?connect_timeout=1').replace(String(fleet.server.port), String(relay.port))
    const env = { ...process.env, ...fleet.env('here'), IRIS_DEVTESTER_REGISTRY: url }
    const registry = new PortRegistry({ env, onWarning: () => undefined })
    vi.stubEnv('IRIS_DEVTESTER_REAPER', '0')
    const iris = await acquireIris({ projectPath: fleet.folder, image: IMAGE, registry, quiet: true, keep: 'stop' })
    relay.cut()
    // Another machine, which does reach the server, leaves the lease alone.
    const go = join(fleet.folder, 'cut')
    writeFileSync(go, '')
    const cleaner = await machine('elsewhere', ['sweep', go], /swept/)
    expect(cleaner.output).not.toMatch(/has ended/)
    expect(await iris.connection.sql('SELECT 1 AS one')).toEqual([{ one: 1 }])
    const released = iris.release()
    await sleep(500)
    relay.mend()
    await released
    expect((await fleet.registry.read()).leases).toEqual([])
    const engine = await findEngine()
    expect(await engine.listContainers({ labels: [`iris-devtester.registry=${registry.registryId}`] })).toEqual([])
    await registry.close()
  })

  test('two machines that clean up at once never do the same', async () => {
    const registry = fleet.open('here')
    const dead = Array.from({ length: 30 }, (_, number) => ({
      id: `dead-${number}`,
      project_path: `/@gone/tmp/${number}`,
      runner: 'vitest',
      process: { pid: 1, startTime: '1', host: 'gone/1/1' },
      acquired_at: '2026-01-01T00:00:00.000Z',
      namespaces: [],
    }))
    await registry.update('acquire', (draft) => void draft.leases.push(...dead))
    fleet.server.sql(HOUR_AGO)
    const go = join(fleet.folder, 'go')
    const cleaners = await Promise.all(['left', 'right'].map((name) => machine(name, ['sweep', go], /ready/)))
    writeFileSync(go, '')
    for (const one of cleaners) await expect.poll(() => one.output, { timeout: 60_000 }).toMatch(/swept/)
    const lines = cleaners.flatMap(({ output }) => output.match(/^lease of .* has ended.*$/gm) ?? [])
    expect(lines.toSorted()).toEqual([...new Set(lines)].toSorted())
    expect(lines).toHaveLength(30)
    expect((await registry.read()).leases).toEqual([])
    await registry.close()
  })

  test('a machine that dies while it cleans up is replaced after its time, by the server’s clock', async () => {
    const registry = fleet.open('here')
    await registry.update('acquire', (draft) => {
      draft.leases.push({
        id: 'claimed',
        project_path: '/@gone/tmp/a',
        runner: 'vitest',
        process: { pid: 1, startTime: '1', host: 'gone/1/1' },
        acquired_at: '2026-01-01T00:00:00.000Z',
        namespaces: [],
        swept_by: { pid: 1, startTime: '1', host: 'cleaner/1/1' },
      })
    })
    fleet.server.sql(HOUR_AGO)
    expect(await sweep(registry)).toEqual({ done: [], failed: [] })
    fleet.server.sql("update iris_devtester.lease set swept_since = clock_timestamp() - interval '2 minutes'")
    const later = fleet.open('here')
    expect((await sweep(later)).done).toHaveLength(1)
    await Promise.all([registry, later].map((one) => one.close()))
  })

  test('the reaper of the machine cleans up after a run of it that died; no log has the password', async () => {
    const project = { IRIS_PROJECT_ID: 'reaped', IRIS_DEVTESTER_KEEP: 'stop' }
    const run = await machine('tower', ['die', fleet.folder], /died/, project)
    await expect.poll(async () => (await fleet.registry.read()).leases, { timeout: 60_000 }).toEqual([])
    await expect.poll(() => fleet.containers(), { timeout: 60_000 }).toEqual([])
    const logs = readdirSync(fleet.folder).filter((name) => /reaper.*log$/.test(name))
    const read = () => logs.map((name) => readFileSync(join(fleet.folder, name), 'utf8')).join('\n')
    await expect.poll(read).toMatch(/lease of script \(pid \d+\) in \/@id:reaped has ended/)
    const text = read()
    expect(`${text}${run.output}`).not.toContain('secret')
  })

  test('many that wait for another’s boot are told of it, and ask nothing meanwhile', async () => {
    await using relay = await Relay.to(fleet.server.port)
    const url = fleet.server.url().replace(String(fleet.server.port), String(relay.port))
    const [registry, ...waiters] = Array.from({ length: 31 }, () => openFleet(url, 'waiting'))
    if (!registry) throw new Error('There is none.')
    await registry.assignPort('/tmp/first', { service: 'node' })
    const heard = waiters.map(async (one) => one.waitForChange((await one.read()).generation, 10, 60_000))
    const listening = "select count(*) from pg_locks where locktype = 'advisory' and mode = 'ShareLock' and granted"
    await expect.poll(() => fleet.server.sql(listening), { timeout: 60_000, interval: 1_000 }).toBe('30')
    // Each looks once more when it listens.
    await expect.poll(() => relay.reads, { timeout: 60_000 }).toBeGreaterThanOrEqual(60)
    await sleep(500)
    const before = relay.reads
    await sleep(1_000)
    expect(relay.reads).toBe(before)
    await registry.assignPort('/tmp/second', { service: 'node' })
    await Promise.all(heard)
    await Promise.all([registry, ...waiters].map((one) => one.close()))
  })
})
