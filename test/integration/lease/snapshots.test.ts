import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { IrisConnection } from '../../../packages/core/src/connection/iris-connection.ts'
import type { AcquiredIris } from '../../../packages/core/src/lease/index.ts'
import { restoreSnapshot, takeSnapshot } from '../../../packages/core/src/lease/load/snapshots.ts'
import { LeaseFixture } from '../../faults/lease/lease-fixture.ts'

let world: LeaseFixture
let iris: AcquiredIris
beforeAll(async () => {
  world = await LeaseFixture.open()
  iris = await world.acquire({ projectPath: world.project(), environment: { STANDIN_BOOT_MS: '100' }, workers: 2 })
})
afterAll(async () => {
  await iris.release()
  await world[Symbol.asyncDispose]()
})

const CLASS = 'Class Demo.Thing Extends %Persistent\n{\n\nProperty Name As %String;\n\n}\n'
const names = async (db: IrisConnection) =>
  (await db.sql('SELECT Name FROM Patient ORDER BY Name')).map((row) => row.Name)

async function fill(db: IrisConnection): Promise<void> {
  await db.sql('DROP TABLE IF EXISTS Patient')
  await db.sql('CREATE TABLE Patient (ID IDENTITY, Name VARCHAR(20))')
  await db.sql("INSERT INTO Patient (Name) VALUES ('Ada')")
  await db.loadClasses({ 'Demo.Thing.cls': CLASS })
}

describe('a namespace goes back to what it was at a snapshot', () => {
  test('tables, counters and classes; two workers at once', async () => {
    await Promise.all(
      [1, 2].map(async (worker) => {
        const db = iris.connectionFor(worker)
        await fill(db)
        await iris.snapshot('loaded', db.namespace)
        await db.sql("INSERT INTO Patient (Name) VALUES ('Bob')")
        await db.sql("UPDATE Patient SET Name = 'Eve' WHERE Name = 'Ada'")
        await db.sql('CREATE TABLE Later (n INTEGER)')
        await db.loadClasses({ 'Demo.Thing.cls': CLASS.replace('Name', 'Title') })
        await db.loadClasses({
          'Demo.Later.cls': 'Class Demo.Later Extends %Persistent\n{\n\nProperty N As %Integer;\n\n}\n',
        })
        await iris.restore('loaded', db.namespace)
        expect(await names(db)).toEqual(['Ada'])
        await expect(db.sql('SELECT * FROM Later')).rejects.toMatchObject({ sqlCode: -30 })
        await expect(db.sql('SELECT * FROM Demo.Later')).rejects.toMatchObject({ sqlCode: -30 })
        expect(await db.sql('SELECT Name FROM Demo.Thing')).toEqual([])
        await db.sql("INSERT INTO Patient (Name) VALUES ('Cleo')")
        expect(await db.sql("SELECT ID FROM Patient WHERE Name = 'Cleo'")).toEqual([{ ID: 2 }])
        // Any number of times.
        await iris.restore('loaded', db.namespace)
        expect(await names(db)).toEqual(['Ada'])
      }),
    )
  })

  test('asked for at once in one namespace, they follow each other', async () => {
    const { connection: db } = iris
    await fill(db)
    await iris.snapshot('before')
    await db.sql("INSERT INTO Patient (Name) VALUES ('Bob')")
    await Promise.all([iris.restore('before'), iris.snapshot('after')])
    expect(await names(db)).toEqual(['Ada'])
    await db.sql('DELETE FROM Patient')
    await iris.restore('after')
    expect(await names(db)).toEqual(['Ada'])
  })

  test('not while a transaction of the run is open in it, which goes on', async () => {
    const { connection: db } = iris
    await fill(db)
    await iris.snapshot('before')
    await db.transaction(async (tx) => {
      await tx.sql("INSERT INTO Patient (Name) VALUES ('Bob')")
      const refused = { message: expect.stringContaining('a transaction is open'), details: { isUsable: true } }
      await expect(iris.snapshot('during')).rejects.toMatchObject({ code: 'SNAPSHOT_FAILED', ...refused })
      await expect(iris.restore('before')).rejects.toMatchObject({ code: 'RESTORE_FAILED', ...refused })
      await iris.snapshot('other', iris.namespaces[1])
      await tx.sql("INSERT INTO Patient (Name) VALUES ('Cleo')")
    })
    expect(await names(db)).toEqual(['Ada', 'Bob', 'Cleo'])
    await iris.restore('before')
    expect(await names(db)).toEqual(['Ada'])
  })

  test('an earlier snapshot of the same name is replaced, others stay', async () => {
    const { connection: db } = iris
    await fill(db)
    await iris.snapshot('one')
    await db.sql("INSERT INTO Patient (Name) VALUES ('Bob')")
    await iris.snapshot('two')
    await db.sql("INSERT INTO Patient (Name) VALUES ('Cleo')")
    await iris.snapshot('one')
    await iris.restore('two')
    expect(await names(db)).toEqual(['Ada', 'Bob'])
    await iris.restore('one')
    expect(await names(db)).toEqual(['Ada', 'Bob', 'Cleo'])
  })

  test('globals and routines in databases of their own', async () => {
    const { id } = iris.container as { id: string }
    const session = { engine: world.engine, containerId: id }
    const merge = [
      '[Actions]',
      'CreateDatabase:Name=SNAPDATA,Directory=/usr/irissys/mgr/snapdata',
      'CreateDatabase:Name=SNAPCODE,Directory=/usr/irissys/mgr/snapcode',
      'CreateNamespace:Name=SNAPTWO,Globals=SNAPDATA,Routines=SNAPCODE',
    ].join('\n')
    const { copyIn } = await import('../../../packages/core/src/container/container-files.ts')
    await copyIn(world.engine, id, [{ path: '/tmp/two.cpf', content: Buffer.from(`${merge}\n`), mode: 0o644 }])
    await world.engine.exec(id, ['iris', 'merge', 'IRIS', '/tmp/two.cpf'])
    await using db = iris.connection.inNamespace('SNAPTWO')
    await db.sql('CREATE TABLE Patient (Name VARCHAR(20))')
    await db.sql("INSERT INTO Patient (Name) VALUES ('Ada')")
    await takeSnapshot(session, { namespace: 'SNAPTWO', name: 'a' })
    await db.sql('DELETE FROM Patient')
    await restoreSnapshot(session, { namespace: 'SNAPTWO', name: 'a' })
    expect(await names(db)).toEqual(['Ada'])
  })
})

describe('what fails leaves the state before, and says so', () => {
  test('a snapshot that was never made, or has no name', async () => {
    const { connection: db } = iris
    await fill(db)
    await expect(iris.restore('never')).rejects.toMatchObject({
      code: 'RESTORE_FAILED',
      message: expect.stringContaining('no snapshot of that name'),
      details: { isUsable: true },
    })
    await expect(iris.snapshot('../etc')).rejects.toMatchObject({ code: 'OPTION_INVALID' })
    await expect(iris.snapshot('x', 'USER')).rejects.toMatchObject({ code: 'OPTION_INVALID' })
    expect(await names(db)).toEqual(['Ada'])
  })

  test('a snapshot that IRIS can not mount', async () => {
    const { connection: db } = iris
    await fill(db)
    await iris.snapshot('broken')
    await db.sql("INSERT INTO Patient (Name) VALUES ('Bob')")
    const path = `/usr/irissys/mgr/${db.namespace.toLowerCase()}/snapshot-broken.DAT`
    const { copyIn } = await import('../../../packages/core/src/container/container-files.ts')
    await copyIn(world.engine, iris.container?.id as string, [{ path, content: Buffer.alloc(5_000, 'x'), mode: 0o666 }])
    await expect(iris.restore('broken')).rejects.toMatchObject({
      code: 'RESTORE_FAILED',
      message: expect.stringContaining('could not mount the snapshot'),
      details: { isUsable: true },
    })
    expect(await names(db)).toEqual(['Ada', 'Bob'])
  })
})
