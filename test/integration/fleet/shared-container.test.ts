import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { acquireIris } from '@iris-devtester/core'
import type { PortRegistry } from '@iris-devtester/core/ports'
import { describe, expect, test, vi } from 'vitest'
import { loadOnce } from '../../../packages/core/src/lease/load/load-once.ts'
import { TinyContainers } from '../../contract/tiny-containers.ts'
import { hasPostgres } from '../../machine/postgres-server.ts'
import { IMAGE } from '../../machine/test-home.ts'
import { hasMachines } from './fleet-home.ts'
import { fleet, HOUR_AGO, machine, useFleet } from './use-fleet.ts'

/** A container of a project that another machine's run holds, and that run's lease. */
async function heldElsewhere(project: string) {
  const env = { IRIS_PROJECT_ID: project, IRIS_DEVTESTER_REAPER: '0' }
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
  await machine('elsewhere', ['acquire', fleet.folder], /acquired/, env)
  const registry = fleet.open('here')
  const lease = (await registry.read()).leases.find((one) => one.project_path === `/@id:${project}`)
  if (lease?.container_id === undefined) throw new Error('Nobody holds it.')
  return { registry, lease, id: lease.container_id }
}

describe.runIf(hasPostgres && hasMachines)('a container that several machines use', () => {
  useFleet()

  test('takes other settings from one machine at a time', async () => {
    const { registry, lease, id } = await heldElsewhere('settings')
    const change = (applying: { lease: string; process: typeof lease.process } | undefined) =>
      registry.update('settings', (draft) => {
        const { applying: _, ...record } = draft.containers[id] ?? ({} as never)
        draft.containers[id] = { ...record, ...(applying ? { applying } : {}) }
      })
    await change({ lease: lease.id, process: lease.process })
    const shared = fleet.open('here')
    let isAcquired = false
    const acquiring = acquireIris({
      projectPath: fleet.folder,
      image: IMAGE,
      registry: shared,
      namespace: 'OTHER',
      quiet: true,
    }).finally(() => (isAcquired = true))
    const bound = async () => (await registry.read()).leases.filter((one) => one.container_id === id).length
    await expect.poll(bound, { timeout: 60_000 }).toBe(2)
    await sleep(1_000)
    expect(isAcquired).toBe(false)
    expect((await registry.read()).containers[id]).toMatchObject({ applying: { lease: lease.id } })

    await change(undefined)
    const iris = await acquiring
    expect(iris.container?.id).toBe(id)
    expect((await registry.read()).containers[id]?.applying).toBeUndefined()
    await iris.release()
    await Promise.all([registry, shared].map((one) => one.close()))
  })

  test('is loaded into by one machine at a time, until that one counts as dead', async () => {
    const { registry, lease, id } = await heldElsewhere('load')
    await registry.update('load', (draft) => {
      draft.containers[id] = { ...(draft.containers[id] ?? ({} as never)), loading: lease.process }
    })
    const load = (into: PortRegistry, signal: AbortSignal) =>
      loadOnce({
        registry: into,
        containerId: id,
        connection: { namespace: 'USER' } as Parameters<typeof loadOnce>[0]['connection'],
        sources: [],
        session: { engine: undefined as never, containerId: id },
        signal,
      })
    await expect(load(registry, AbortSignal.timeout(1_000))).rejects.toThrow(/timeout/)
    expect((await registry.read()).containers[id]?.loading).toEqual(lease.process)

    fleet.server.sql(HOUR_AGO)
    const later = fleet.open('here')
    await load(later, AbortSignal.timeout(60_000))
    expect((await later.read()).containers[id]).toMatchObject({ loaded: expect.stringContaining('USER=') })
    expect((await later.read()).containers[id]?.loading).toBeUndefined()
    await Promise.all([registry, later].map((one) => one.close()))
  })
})

describe.runIf(hasPostgres && hasMachines)('containers that nobody needs any more', () => {
  useFleet()

  test('are removed by one of two machines that clean up at once', async () => {
    await using containers = await TinyContainers.open()
    const registry = fleet.open('here')
    const labels = { 'iris-devtester.registry': registry.registryId }
    const ids = await Promise.all(Array.from({ length: 8 }, () => containers.create({ labels })))
    await registry.update('test', (draft) => {
      for (const [number, id] of ids.entries()) {
        const name = `idle-${number}`
        draft.containers[id] = {
          project_path: `/@gone/tmp/${number}`,
          name,
          engine: containers.client.address,
          keep: 'stop',
          idle_timeout_ms: 1,
          ready_boot: 'x',
        }
      }
    })
    const go = join(fleet.folder, 'go-containers')
    const cleaners = await Promise.all(['left', 'right'].map((name) => machine(name, ['sweep', go], /ready/)))
    writeFileSync(go, '')
    for (const one of cleaners) await expect.poll(() => one.output, { timeout: 60_000 }).toMatch(/swept/)
    const lines = cleaners.flatMap(({ output }) => output.match(/^container .*$/gm) ?? [])
    const expected = ids.map((_, number) => `container idle-${number} of /@gone/tmp/${number} removed`)
    expect(lines.toSorted()).toEqual(expected.toSorted())
    expect((await registry.read()).containers).toEqual({})
    expect(await fleet.containers()).toEqual([])
    await registry.close()
  })

  test('a run that is cut off for so long that it counts as dead takes nothing from those who came after it', async () => {
    const registry = fleet.open('here')
    vi.stubEnv('IRIS_DEVTESTER_REAPER', '0')
    const iris = await acquireIris({ projectPath: fleet.folder, image: IMAGE, registry, quiet: true, keep: 'stop' })
    const { port } = iris.connection
    // Its process lives, but nothing has been heard of it at the server for longer than a lease lasts.
    fleet.server.sql(HOUR_AGO)
    const go = join(fleet.folder, 'go-cut')
    writeFileSync(go, '')
    const cleaner = await machine('elsewhere', ['sweep', go], /swept/)
    expect(cleaner.output).toMatch(/lease of script \(pid \d+\) in .* has ended/)
    expect(await fleet.containers()).toEqual([])

    // Another project is given the port.
    const observer = fleet.open()
    await observer.assignPort('/tmp/after', { preferredPort: port })
    // Its network is back.
    await iris.release()
    expect(await observer.getAssignment('/tmp/after')).toMatchObject({ port, status: 'active' })
    expect((await observer.read()).leases).toEqual([])
    expect(await fleet.containers()).toEqual([])
    await Promise.all([registry, observer].map((one) => one.close()))
  })
})
