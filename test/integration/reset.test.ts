import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { connectIris } from '../../packages/core/src/connection/connect-iris.ts'
import type { IrisConnectionError } from '../../packages/core/src/connection/connection-error.ts'
import { connectionInfo } from '../../packages/core/src/connection/connection-info.ts'
import type { IrisConnection } from '../../packages/core/src/connection/iris-connection.ts'
import type { StartedIRISContainer } from '../../packages/testcontainers/src/started-iris-container.ts'
import { rejection, TestHome } from '../machine/test-home.ts'

let home: TestHome
let iris: StartedIRISContainer
let db: IrisConnection
let count = 0
beforeAll(async () => {
  home = await TestHome.create()
  iris = await (await home.container('a')).start()
})
afterAll(() => home[Symbol.asyncDispose]())
beforeEach(async () => {
  const namespace = `RESET${++count}`
  await iris.connection.sql(`CREATE DATABASE ${namespace}`)
  db = connectIris(connectionInfo({ ...iris.connection.info, namespace }))
})
afterEach(async () => {
  await db.close()
  await iris.connection.sql(`DROP DATABASE ${db.namespace}`)
})

const rows = (table: string, columns = '*') => db.sql(`SELECT ${columns} FROM ${table} ORDER BY 1`)
const all = async (...statements: string[]) => {
  for (const statement of statements) await db.sql(statement)
}

test('rows of set-up come back, later ones go, and identities go on as they would have', async () => {
  await all(
    'CREATE TABLE Sample.Patient (ID IDENTITY, Name VARCHAR(20) NOT NULL UNIQUE, Note VARCHAR(20), Born DATE)',
    "INSERT INTO Sample.Patient (Name, Note, Born) VALUES ('Ada', '', '1815-12-10')",
    "INSERT INTO Sample.Patient (Name) VALUES ('Bob')",
    'CREATE TABLE Empty_At_First (ID IDENTITY, n INTEGER)',
  )
  const before = await rows('Sample.Patient')
  await db.markBaseline()
  for (let round = 0; round < 3; round++) {
    await all(
      "INSERT INTO Sample.Patient (Name) VALUES ('Cleo')",
      "UPDATE Sample.Patient SET Note = 'changed' WHERE Name = 'Ada'",
      "DELETE FROM Sample.Patient WHERE Name = 'Bob'",
      'INSERT INTO Empty_At_First (n) VALUES (1)',
    )
    expect(await rows('Sample.Patient', 'ID')).toEqual([{ ID: 1 }, { ID: 3 }])
    await db.reset()
    expect(await rows('Sample.Patient')).toEqual(before)
    expect(before[0]).toMatchObject({ ID: 1, Note: '' })
    expect(before[1]).toMatchObject({ ID: 2, Note: null })
    expect(await rows('Empty_At_First')).toEqual([])
  }
  await db.sql('INSERT INTO Empty_At_First (n) VALUES (7)')
  expect(await rows('Empty_At_First')).toEqual([{ ID: 1, n: 7 }])
})

test('foreign keys, also to the own table and in a circle', async () => {
  await all(
    'CREATE TABLE Doctor (ID IDENTITY, Name VARCHAR(9), Chief INTEGER REFERENCES Doctor (ID))',
    'CREATE TABLE Patient (ID IDENTITY, Doctor INTEGER NOT NULL REFERENCES Doctor (ID))',
    'CREATE TABLE Visit (ID IDENTITY, Patient INTEGER REFERENCES Patient (ID), Bill INTEGER REFERENCES Bill (ID))',
    'CREATE TABLE Bill (ID IDENTITY, Visit INTEGER REFERENCES Visit (ID))',
    "INSERT INTO Doctor (Name) VALUES ('Ada')",
    "INSERT INTO Doctor (Name, Chief) VALUES ('Bob', 1)",
    "UPDATE Doctor SET Chief = 2 WHERE Name = 'Ada'",
    'INSERT INTO Patient (Doctor) VALUES (2)',
    'INSERT INTO Visit (Patient) VALUES (1)',
    'INSERT INTO Bill (Visit) VALUES (1)',
    'UPDATE Visit SET Bill = 1',
  )
  const state = async () => Promise.all(['Doctor', 'Patient', 'Visit', 'Bill'].map((table) => rows(table)))
  const before = await state()
  await db.markBaseline()
  await all('INSERT INTO Patient (Doctor) VALUES (1)', 'UPDATE Visit SET Bill = NULL', 'DELETE FROM Bill')
  await db.reset()
  expect(await state()).toEqual(before)
  const error = await rejection<IrisConnectionError>(db.sql('DELETE FROM Doctor'))
  expect(error.sqlCode).toBe(-124)
})

test('row numbers with gaps stay what they were', async () => {
  await all(
    'CREATE TABLE Gap (ID IDENTITY, Name VARCHAR(9) UNIQUE)',
    ...['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `INSERT INTO Gap (Name) VALUES ('${name}')`),
    "DELETE FROM Gap WHERE Name IN ('a', 'c', 'd')",
  )
  const before = await rows('Gap')
  expect(before.map(({ ID }) => ID)).toEqual([2, 5, 6])
  await db.markBaseline()
  await all("INSERT INTO Gap (Name) VALUES ('g')", "DELETE FROM Gap WHERE Name = 'b'")
  await db.reset()
  expect(await rows('Gap')).toEqual(before)
})

test('tables without a key, views, triggers and long texts', async () => {
  const long = 'x'.repeat(100_000)
  await all(
    'CREATE TABLE Plain (a INTEGER, b LONGVARCHAR)',
    'CREATE TABLE Log (Text VARCHAR(20))',
    'CREATE VIEW Seen AS SELECT a FROM Plain',
    "CREATE TRIGGER Logged AFTER INSERT ON Plain INSERT INTO Log (Text) VALUES ('came')",
  )
  await db.sql('INSERT INTO Plain (a, b) VALUES (?, ?)', [1, long])
  await db.sql('INSERT INTO Plain (a, b) VALUES (?, ?)', [1, long])
  expect(await rows('Log')).toHaveLength(2)
  await db.markBaseline()
  await all('INSERT INTO Plain (a) VALUES (2)', 'DELETE FROM Log')
  await db.reset()
  // The rows come back without their triggers being pulled, and the triggers are still there.
  expect(await rows('Log')).toHaveLength(2)
  expect(await rows('Plain')).toEqual([
    { a: 1, b: long },
    { a: 1, b: long },
  ])
  expect(await rows('Seen')).toHaveLength(2)
  await db.sql('INSERT INTO Plain (a) VALUES (3)')
  expect(await rows('Log')).toHaveLength(3)
})

test('tables and views made since are gone; a test can make them again', async () => {
  await db.sql('CREATE TABLE First (ID IDENTITY, n INTEGER)')
  await db.markBaseline()
  for (let round = 0; round < 2; round++) {
    await all(
      'CREATE TABLE Parent (ID IDENTITY, n INTEGER)',
      'CREATE TABLE Child (ID IDENTITY, p INTEGER REFERENCES Parent (ID), f INTEGER REFERENCES First (ID))',
      'CREATE VIEW Both AS SELECT n FROM Parent',
      'INSERT INTO First (n) VALUES (1)',
      'INSERT INTO Parent (n) VALUES (1)',
      'INSERT INTO Child (p, f) VALUES (1, 1)',
    )
    await db.reset()
  }
  const left = await db.sql("SELECT TABLE_NAME FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = 'SQLUser'")
  expect(left).toEqual([{ TABLE_NAME: 'First' }])
})

test('tables that are named stay as they are', async () => {
  await all(
    'CREATE TABLE Sample.Country (n INTEGER)',
    'CREATE TABLE City (n INTEGER)',
    'CREATE TABLE Other (n INTEGER)',
  )
  await db.markBaseline()
  for (const table of ['Sample.Country', 'City', 'Other']) await db.sql(`INSERT INTO ${table} (n) VALUES (1)`)
  await db.reset({ except: ['sample.country', 'City'] })
  const counts = await Promise.all(['Sample.Country', 'City', 'Other'].map(async (table) => (await rows(table)).length))
  expect(counts).toEqual([1, 1, 0])
})

test('a persistent class is a table like any other, and stays a class', async () => {
  const source = 'Class Demo.Thing Extends %Persistent\n{\n\nProperty Name As %String;\n\n}\n'
  await db.loadClasses({ 'Demo.Thing.cls': source })
  await db.sql("INSERT INTO Demo.Thing (Name) VALUES ('kept')")
  await db.markBaseline()
  await db.sql("INSERT INTO Demo.Thing (Name) VALUES ('gone')")
  await db.reset()
  expect(await rows('Demo.Thing', 'ID, Name')).toEqual([{ ID: 1, Name: 'kept' }])
})

test('what was recorded outlives the connection, and is recorded anew', async () => {
  await all('CREATE TABLE T (n INTEGER)', 'INSERT INTO T (n) VALUES (1)')
  await db.startFresh()
  await db.sql('INSERT INTO T (n) VALUES (2)')
  await using other = connectIris(db.info)
  await other.startFresh()
  expect(await rows('T')).toEqual([{ n: 1 }])
  await db.sql('INSERT INTO T (n) VALUES (3)')
  await db.markBaseline()
  await other.reset()
  expect(await rows('T')).toEqual([{ n: 1 }, { n: 3 }])
})

test('without the class for several statements, each is a request of its own', async () => {
  await all('CREATE TABLE T (ID IDENTITY, n INTEGER)', 'INSERT INTO T (n) VALUES (1)')
  await db.markBaseline()
  const { host, webPort, namespace, username, password } = db.info
  const answer = await fetch(`http://${host}:${webPort}/api/atelier/v1/${namespace}/doc/IrisDevtester.Batch.cls`, {
    method: 'DELETE',
    headers: { Authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` },
  })
  expect(answer.status).toBe(200)
  await all('INSERT INTO T (n) VALUES (2)', 'CREATE TABLE U (n INTEGER)', 'CREATE VIEW V AS SELECT n FROM T')
  await db.reset()
  expect(await rows('T')).toEqual([{ ID: 1, n: 1 }])
  for (const gone of ['U', 'V']) {
    expect((await rejection<IrisConnectionError>(db.sql(`SELECT * FROM ${gone}`))).sqlCode).toBe(-30)
  }
})

test('two that begin in one namespace at once both have the data of set-up', async () => {
  await all('CREATE TABLE T (n INTEGER)', 'INSERT INTO T (n) VALUES (1)')
  await using other = connectIris(db.info)
  await Promise.all([db.startFresh(), other.startFresh()])
  await db.sql('INSERT INTO T (n) VALUES (2)')
  await other.reset()
  expect(await rows('T')).toEqual([{ n: 1 }])
})

describe('refused with a typed error', () => {
  test('over a connection without a web port', async () => {
    await using without = connectIris(connectionInfo({ ...db.info, webPort: 0 }))
    const works = [() => without.reset(), () => without.markBaseline(), () => without.startFresh()]
    for (const work of works) {
      expect(await rejection<IrisConnectionError>(work())).toMatchObject({
        code: 'IRIS_NO_WEB_API',
        message: expect.stringContaining('No web port is known'),
        hint: expect.stringContaining('IRIS_WEB_PORT'),
      })
    }
  })

  test('without a record of what set-up has loaded', async () => {
    await all('CREATE TABLE T (n INTEGER)', 'INSERT INTO T (n) VALUES (1)')
    const error = await rejection<IrisConnectionError>(db.reset())
    expect(error.code).toBe('RESET_WITHOUT_BASELINE')
    expect(error.message).toContain('markBaseline()')
    expect(await rows('T')).toHaveLength(1)
  })

  test('in %SYS', async () => {
    await using system = connectIris(connectionInfo({ ...db.info, namespace: '%SYS' }))
    for (const work of [system.reset(), system.markBaseline(), system.startFresh()]) {
      expect((await rejection<IrisConnectionError>(work)).code).toBe('RESET_UNSUPPORTED')
    }
  })

  test('when a table is gone', async () => {
    await db.sql('CREATE TABLE T (n INTEGER)')
    await db.markBaseline()
    await db.sql('DROP TABLE T')
    expect(await rejection<IrisConnectionError>(db.reset())).toMatchObject({
      code: 'RESET_FAILED',
      details: { table: 'SQLUser.T' },
    })
  })
})

test('a lock that another process holds is named, with the table, the words of IRIS and who holds it', async () => {
  const locked = await (await home.container('locked', { STANDIN_LOCKED_TABLE: 'SQLUser.Held' })).start()
  const { connection } = locked
  await connection.sql('CREATE TABLE Held (n INTEGER)')
  await connection.markBaseline()
  const error = await rejection<IrisConnectionError>(connection.reset())
  expect(error).toMatchObject({ code: 'RESET_LOCKED', details: { table: 'SQLUser.Held', sqlCode: -110 } })
  expect(error.message).toContain('Unable to acquire lock')
  expect(error.message).toContain('^SQLUser.HeldD(1) by process 4711, user _SYSTEM, from 172.17.0.1, by node')
  expect(error.details.holders).toMatchObject([{ pid: '4711', user: '_SYSTEM' }])
  expect(error.hint).toContain('End the transaction that holds it')
})
