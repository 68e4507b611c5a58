import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectIris } from '../../../packages/core/src/connection/connect-iris.ts'
import type { IrisConnection } from '../../../packages/core/src/connection/iris-connection.ts'
import { MOST_KEPT } from '../../../packages/core/src/lease/book/kept-namespaces.ts'
import { changeLease } from '../../../packages/core/src/lease/book/lease-book.ts'
import { sweep } from '../../../packages/core/src/lease/cleanup/index.ts'
import type { AcquiredIris } from '../../../packages/core/src/lease/index.ts'
import { LeaseFixture } from '../../faults/lease/lease-fixture.ts'

let world: LeaseFixture
beforeAll(async () => {
  process.env.IRIS_DEVTESTER_REAPER = '0'
  world = await LeaseFixture.open()
})
afterAll(async () => {
  delete process.env.IRIS_DEVTESTER_REAPER
  await world[Symbol.asyncDispose]()
})

const acquire = (projectPath: string, options: object = {}) =>
  world.acquire({ projectPath, onFailure: 'keep', environment: { STANDIN_BOOT_MS: '100' }, ...options })

async function fill(db: IrisConnection): Promise<void> {
  await db.sql('CREATE TABLE Patient (ID IDENTITY, Name VARCHAR(20))')
  await db.sql("INSERT INTO Patient (Name) VALUES ('Ada')")
  const text = 'Class Demo.Thing Extends %Persistent\n{\n\nProperty Name As %String;\n\n}\n'
  await db.loadClasses({ 'Demo.Thing.cls': text })
}

const patients = async (db: IrisConnection) => (await db.sql('SELECT Name FROM Patient')).map(({ Name }) => Name)
const namespacesOf = async (db: IrisConnection) =>
  (await db.serverInfo()).namespaces.filter((name) => name.startsWith('IDT'))
const recorded = async ({ container }: AcquiredIris) =>
  (await world.registry.read()).containers[container?.id as string]?.kept

describe('a copy of a namespace', () => {
  test('has all that was in it then, whatever is done to the namespace afterwards, and outlives the run', async () => {
    const project = world.project()
    const iris = await acquire(project)
    const db = iris.connection
    await fill(db)
    const kept = await iris.keepCopy(undefined, 'a.test.ts > fails')
    await db.sql("UPDATE Patient SET Name = 'Eve'")
    await db.sql('CREATE TABLE Later (n INTEGER)')
    expect(await recorded(iris)).toMatchObject([{ namespace: kept.namespace, test: 'a.test.ts > fails' }])
    await iris.release()
    // Nobody has begun another run meanwhile: the namespaces of this one are gone, and the copy is there.
    await using copy = connectIris(db.info).inNamespace(kept.namespace)
    expect(await namespacesOf(copy)).toEqual([kept.namespace])
    expect(await patients(copy)).toEqual(['Ada'])
    expect(await copy.sql('SELECT Name FROM Demo.Thing')).toEqual([])
    await expect(copy.sql('SELECT * FROM Later')).rejects.toMatchObject({ sqlCode: -30 })
    // Counters too.
    await copy.sql("INSERT INTO Patient (Name) VALUES ('Bob')")
    expect(await copy.sql("SELECT ID FROM Patient WHERE Name = 'Bob'")).toEqual([{ ID: 2 }])
    expect(kept.sqlPage).toContain(`:${db.webPort}/csp/sys/exp/`)
  })

  test('is left by a run that died, from when somebody cleans up after it', async () => {
    const iris = await acquire(world.project())
    await fill(iris.connection)
    const { namespace } = await iris.keepCopy()
    await world.registry.update('died', (draft) => {
      for (const lease of draft.leases) changeLease(draft, lease.id, { abandoned: true })
    })
    const { failed } = await sweep(world.registry)
    expect(failed).toEqual([])
    expect(await namespacesOf(iris.connection)).toEqual([namespace])
    expect(await recorded(iris)).toMatchObject([{ namespace, run_ended: expect.any(String) }])
    await iris.release()
  })

  test('of two workers that fail at once, each has its own', async () => {
    const iris = await acquire(world.project(), { workers: 2 })
    const copies = await Promise.all(
      [1, 2].map(async (worker) => {
        const db = iris.connectionFor(worker)
        await db.sql('CREATE TABLE Mine (Worker INTEGER)')
        await db.sql(`INSERT INTO Mine (Worker) VALUES (${worker})`)
        return await iris.keepCopy(db.namespace)
      }),
    )
    for (const [at, { namespace }] of copies.entries()) {
      const rows = await iris.connection.inNamespace(namespace).sql('SELECT Worker FROM Mine')
      expect(rows).toEqual([{ Worker: at + 1 }])
    }
    await iris.release()
  })

  test('is left alone when its container is started once more', async () => {
    const project = world.project()
    const iris = await acquire(project)
    await fill(iris.connection)
    const { namespace } = await iris.keepCopy()
    await iris.release()
    await world.engine.text(`/containers/${iris.container?.id}/stop?t=5`, { method: 'POST' })
    const again = await acquire(project)
    expect(again.container?.id).toBe(iris.container?.id)
    expect(await patients(again.connection.inNamespace(namespace))).toEqual(['Ada'])
    await again.release()
  })

  test('goes when the idle limit has passed since its run, while the container is used by others', async () => {
    const project = world.project()
    const iris = await acquire(project, { idleTimeoutMs: 400 })
    await fill(iris.connection)
    const { namespace } = await iris.keepCopy()
    const other = await acquire(project)
    const there = async () => (await namespacesOf(other.connection)).includes(namespace)
    await new Promise((resolve) => setTimeout(resolve, 500))
    await sweep(world.registry)
    // Its run is still there.
    expect(await there()).toBe(true)
    await iris.release()
    expect(await there()).toBe(true)
    await new Promise((resolve) => setTimeout(resolve, 500))
    const { done, failed } = await sweep(world.registry)
    expect(failed).toEqual([])
    expect(done).toEqual([expect.stringContaining(`kept namespaces ${namespace} dropped`)])
    expect(await there()).toBe(false)
    expect(await recorded(other)).toBeUndefined()
    await other.release()
  })

  test('of an earlier run goes for one more than there may be; of the same run none does', async () => {
    const project = world.project()
    const first = await acquire(project)
    const { namespace: oldest } = await first.keepCopy()
    await first.release()
    const second = await acquire(project)
    const copies: string[] = []
    for (let at = 0; at < MOST_KEPT; at++) copies.push((await second.keepCopy()).namespace)
    const existing = await namespacesOf(second.connection)
    expect(existing).not.toContain(oldest)
    expect(existing).toEqual(expect.arrayContaining(copies))
    await expect(second.keepCopy()).rejects.toMatchObject({
      code: 'KEEP_FAILED',
      message: expect.stringContaining(`has kept ${MOST_KEPT} already`),
    })
    expect(await recorded(second)).toHaveLength(MOST_KEPT)
    // While a runner watches, it reloads before each rerun.
    await second.reload()
    const { namespace: ofRerun } = await second.keepCopy()
    const left = (await recorded(second))?.map(({ namespace }) => namespace)
    expect(left).toEqual([...copies.slice(1), ofRerun])
    await second.release()
  })
})

describe('what can not be copied', () => {
  test('a namespace that is not the run’s own is refused', async () => {
    const iris = await acquire(world.project())
    await expect(iris.keepCopy('USER')).rejects.toMatchObject({ code: 'OPTION_INVALID' })
    expect(await recorded(iris)).toBeUndefined()
    await iris.release()
  })

  test('one whose file is gone says so, and leaves nothing of the copy', async () => {
    const iris = await acquire(world.project())
    const db = iris.connection
    await fill(db)
    const file = `/usr/irissys/mgr/${db.namespace.toLowerCase()}/IRIS.DAT`
    await iris.exec([`Set x=##class(%Library.File).Delete("${file}")`])
    await expect(iris.keepCopy()).rejects.toMatchObject({
      code: 'KEEP_FAILED',
      message: expect.stringContaining('its file could not be copied'),
      details: { isUsable: false },
    })
    expect(await recorded(iris)).toBeUndefined()
    expect((await namespacesOf(db)).filter((name) => /K\d+$/.test(name))).toEqual([])
    await iris.release()
  })
})
