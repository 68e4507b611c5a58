import { afterAll, beforeAll, expect, test } from 'vitest'
import { BATCH_SOURCE } from '../../packages/core/src/connection/batch-class.ts'
import { StandInProcess } from './testing/stand-in-process.ts'
import { WebClient } from './testing/web-client.ts'

let iris: StandInProcess
let sql: WebClient
beforeAll(async () => {
  iris = await StandInProcess.start()
  sql = new WebClient(iris.web)
  await sql.rows(`CREATE TABLE Demo.Patient (
    ID INTEGER IDENTITY PRIMARY KEY, Name VARCHAR(20) NOT NULL, Born DATE, Weight NUMERIC(5,2), UNIQUE (Name))`)
  await sql.rows('CREATE TABLE Demo.Visit (ID IDENTITY, Patient INTEGER NOT NULL REFERENCES Demo.Patient (ID))')
  for (const [name, born, weight] of [
    ['Ada', '1815-12-10', 55.5],
    ['Bob', '1970-01-01', 80],
    ['Cleo', null, null],
  ]) {
    await sql.rows('INSERT INTO Demo.Patient (Name, Born, Weight) VALUES (?, ?, ?)', [name, born, weight])
  }
})
afterAll(() => iris[Symbol.asyncDispose]())

test('gives rows as objects, with the names the table has, and null as an empty text', async () => {
  expect(await sql.rows('SELECT id, NAME, born, weight FROM Demo.Patient ORDER BY id')).toEqual([
    { ID: 1, Name: 'Ada', Born: '1815-12-10', Weight: 55.5 },
    { ID: 2, Name: 'Bob', Born: '1970-01-01', Weight: 80 },
    { ID: 3, Name: 'Cleo', Born: '', Weight: '' },
  ])
})

test('TOP limits its own query, wherever its parameter stands', async () => {
  expect(await sql.rows('SELECT TOP ? Name FROM Demo.Patient WHERE Name > ? ORDER BY Name', [1, 'A'])).toEqual([
    { Name: 'Ada' },
  ])
  const nested = 'SELECT COUNT(*) AS n FROM (SELECT TOP 2 ID FROM Demo.Patient) x WHERE 1 = ?'
  expect(await sql.rows(nested, [1])).toEqual([{ n: 2 }])
})

test('max limits the rows', async () => {
  expect(await sql.rows('SELECT Name FROM Demo.Patient', [], { max: 2 })).toHaveLength(2)
})

test('knows tables by schema and name, alias, and short name', async () => {
  const joined = `SELECT Patient.Name, p.Weight, Demo.Patient.Born FROM Demo.Patient
    LEFT JOIN Demo.Patient p ON p.ID = Patient.ID WHERE Demo.Patient.Name = 'ADA'`
  expect(await sql.rows(joined)).toEqual([{ Name: 'Ada', Weight: 55.5, Born: '1815-12-10' }])
})

test('an unqualified table is in SQLUser', async () => {
  await sql.rows('CREATE TABLE Note (Text VARCHAR(10))')
  await sql.rows('INSERT INTO Note (Text) VALUES (?)', ['x'])
  expect(await sql.rows('SELECT %ID, ID, Text FROM SQLUser.Note')).toEqual([{ ID: 1, Text: 'x' }])
  const tables = "SELECT TABLE_NAME FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = 'SQLUSER'"
  expect(await sql.rows(tables)).toEqual([{ TABLE_NAME: 'Note' }])
})

test('names what has no name', async () => {
  expect(await sql.rows("SELECT COUNT(*), 5, UPPER('a'), $ZVERSION AS Version FROM Demo.Patient")).toEqual([
    { Aggregate_1: 3, HostVar_2: 5, Expression_3: 'A', Version: expect.stringContaining('IRIS') },
  ])
  expect(await sql.rows('SELECT $ZVERSION')).toEqual([{ HostVar_1: expect.stringMatching(/^IRIS /) }])
})

test('texts compare without regard to case', async () => {
  expect(await sql.rows("SELECT Name FROM Demo.Patient WHERE Name %STARTSWITH 'cl'")).toEqual([{ Name: 'Cleo' }])
  expect(await sql.rows('SELECT Name FROM Demo.Patient WHERE Name IN (?)', ['bOB'])).toEqual([{ Name: 'Bob' }])
})

test.each([
  [-1, 'SELECT FROM WHERE', []],
  [-25, 'INSERT INTO Demo.Visit (Patient) VALUES (1) RETURNING ID', []],
  [-25, 'SELECT 1; SELECT 2', []],
  [-27, 'SELECT ID FROM Demo.Patient, Demo.Visit', []],
  [-29, 'SELECT Nope FROM Demo.Patient', []],
  [-30, 'SELECT * FROM Demo.Nope', []],
  [-51, 'PRAGMA user_version', []],
  [-62, 'INSERT INTO Demo.Visit (Patient) VALUES (1, 2)', []],
  [-104, 'INSERT INTO Demo.Patient (Name) VALUES (?)', ['longer than twenty signs']],
  [-104, 'INSERT INTO Demo.Patient (Name, Weight) VALUES (?, ?)', ['Dora', 'heavy']],
  [-105, 'UPDATE Demo.Patient SET Name = ?', ['longer than twenty signs']],
  [-108, 'INSERT INTO Demo.Patient (Weight) VALUES (1)', []],
  [-119, 'INSERT INTO Demo.Patient (Name) VALUES (?)', ['ADA']],
  [-120, "UPDATE Demo.Patient SET Name = 'Ada' WHERE Name = 'Bob'", []],
  [-121, 'INSERT INTO Demo.Visit (Patient) VALUES (77)', []],
  [-201, 'CREATE TABLE Demo.Visit (A INTEGER)', []],
  [-359, 'SELECT NoSuch(1)', []],
  [-400, 'SELECT ? AS a', []],
])('SQLCODE %i: %s', async (code, statement, parameters) => {
  expect(await sql.sqlcode(statement, parameters)).toBe(code)
})

test('an error is HTTP 200 with a summary and one entry', async () => {
  const { http, status, result } = await sql.query('SELECT * FROM Demo.Nope')
  expect(http).toBe(200)
  expect(status.summary).toBe("ERROR #5540: SQLCODE: -30 Message:  Table 'DEMO.NOPE' not found")
  expect(status.errors).toHaveLength(1)
  expect(result.content).toBeUndefined()
})

test('a row that others refer to stays', async () => {
  await sql.rows("INSERT INTO Demo.Visit (Patient) SELECT ID FROM Demo.Patient WHERE Name = 'Bob'")
  expect(await sql.sqlcode("DELETE FROM Demo.Patient WHERE Name = 'Bob'")).toBe(-124)
  await sql.rows('TRUNCATE TABLE Demo.Visit')
  expect(await sql.rows('SELECT COUNT(*) AS n FROM Demo.Visit')).toEqual([{ n: 0 }])
})

test('databases are namespaces: made, separate, and dropped with what is in them', async () => {
  await sql.rows('CREATE DATABASE W1')
  expect(await sql.sqlcode('CREATE DATABASE w1')).toBe(-341)
  await sql.rows('CREATE TABLE T (A INTEGER)', [], { namespace: 'W1' })
  expect(await sql.sqlcode('SELECT * FROM T')).toBe(-30)
  expect(await sql.sqlcode('DROP DATABASE W1', [], { namespace: 'W1' })).toBe(-344)
  await sql.rows('DROP DATABASE W1')
  expect((await sql.query('SELECT 1', [], { namespace: 'W1' })).http).toBe(404)
  expect(await sql.sqlcode('DROP DATABASE W1')).toBe(-340)
  expect(await sql.sqlcode('DROP DATABASE IF EXISTS W1')).toBe(0)
  await sql.rows('CREATE DATABASE W1')
  expect(await sql.sqlcode('SELECT * FROM T', [], { namespace: 'W1' })).toBe(-30)
})

test.each(['_W', 'a-b', 'a@b', 'a#b', 'a$b', 'x'.repeat(64)])('%s is no name for a database', async (name) => {
  expect(await sql.sqlcode(`CREATE DATABASE ${name}`)).toBe(-343)
})

test('%SYS shows the accounts, and must be written %25SYS', async () => {
  const users = 'SELECT Name, ChangePassword FROM Security.Users ORDER BY Name'
  expect(await sql.rows(users, [], { namespace: '%SYS' })).toEqual([
    { Name: '_SYSTEM', ChangePassword: 0 },
    { Name: 'SuperUser', ChangePassword: 1 },
  ])
  expect((await sql.call('/api/atelier/v1/%SYS/action/query', { body: { query: users } })).http).toBe(404)
})

test('an empty text is one character of code 0, as ObjectScript has it, and its empty text is null', async () => {
  await sql.rows('CREATE TABLE Empty (a VARCHAR(5), b VARCHAR(5), c VARCHAR(5))')
  await sql.rows("INSERT INTO Empty (a, b, c) VALUES ('', ?, ?)", ['\u0000', ''])
  expect(await sql.rows('SELECT a, b, c FROM Empty')).toEqual([{ a: '\u0000', b: '\u0000', c: '' }])
  expect(await sql.rows("SELECT COUNT(*) AS n FROM Empty WHERE a = '' AND c IS NULL")).toEqual([{ n: 1 }])
})

test('TRUNCATE lets the identity begin anew and pulls no trigger; DELETE does neither', async () => {
  await sql.rows('CREATE TABLE Demo.Log (Text VARCHAR(10))')
  await sql.rows('CREATE TABLE Demo.Counted (ID IDENTITY, A INTEGER)')
  await sql.rows("CREATE TRIGGER Gone AFTER DELETE ON Demo.Counted INSERT INTO Demo.Log (Text) VALUES ('gone')")
  const insert = async () => {
    await sql.rows('INSERT INTO Demo.Counted (A) VALUES (5)')
    return (await sql.rows('SELECT ID FROM Demo.Counted'))[0]?.ID
  }
  const logged = async () => (await sql.rows('SELECT COUNT(*) AS n FROM Demo.Log'))[0]?.n
  expect(await insert()).toBe(1)
  await sql.rows('DELETE FROM Demo.Counted')
  expect([await insert(), await logged()]).toEqual([2, 1])
  await sql.rows('DELETE %NOTRIGGER FROM Demo.Counted')
  expect([await insert(), await logged()]).toEqual([3, 1])
  await sql.rows('TRUNCATE TABLE Demo.Counted')
  expect([await insert(), await logged()]).toEqual([1, 1])
})

test('an identity is not inserted', async () => {
  expect(await sql.sqlcode('INSERT INTO Demo.Visit (ID, Patient) VALUES (99, 1)')).toBe(-111)
})

test('%NOCHECK does not look at foreign keys', async () => {
  await sql.rows('CREATE TABLE Demo.Chief (ID IDENTITY, Name VARCHAR(9))')
  await sql.rows('CREATE TABLE Demo.Clerk (ID IDENTITY, Chief INTEGER REFERENCES Demo.Chief (ID))')
  await sql.rows("INSERT INTO Demo.Chief (Name) VALUES ('Ada')")
  await sql.rows('INSERT INTO Demo.Clerk (Chief) VALUES (1)')
  expect(await sql.sqlcode('TRUNCATE TABLE Demo.Chief')).toBe(-124)
  expect(await sql.sqlcode('TRUNCATE TABLE %NOCHECK Demo.Chief')).toBe(0)
  expect(await sql.sqlcode('INSERT %NOCHECK INTO Demo.Clerk (Chief) VALUES (77)')).toBe(0)
  expect(await sql.sqlcode('INSERT INTO Demo.Clerk (Chief) VALUES (78)')).toBe(-121)
})

test('the catalogue names columns and foreign keys', async () => {
  const columns = "SELECT COLUMN_NAME, IS_IDENTITY FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_NAME = 'visit'"
  expect(await sql.rows(columns)).toEqual([
    { COLUMN_NAME: 'ID', IS_IDENTITY: 'YES' },
    { COLUMN_NAME: 'Patient', IS_IDENTITY: 'NO' },
  ])
  const keys = `SELECT CONSTRAINT_TABLE_NAME, UNIQUE_CONSTRAINT_SCHEMA, UNIQUE_CONSTRAINT_TABLE
    FROM INFORMATION_SCHEMA.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_TABLE_NAME = 'Visit'`
  expect(await sql.rows(keys)).toEqual([
    { CONSTRAINT_TABLE_NAME: 'Visit', UNIQUE_CONSTRAINT_SCHEMA: 'Demo', UNIQUE_CONSTRAINT_TABLE: 'Patient' },
  ])
})

test('a foreign key may stand behind the columns, also beside an identity', async () => {
  await sql.rows('CREATE TABLE Demo.Bed (ID IDENTITY, P INTEGER, FOREIGN KEY (P) REFERENCES Demo.Patient (ID))')
  expect(await sql.sqlcode('INSERT INTO Demo.Bed (P) VALUES (77)')).toBe(-121)
})

test('a table is made from a query', async () => {
  await sql.rows('CREATE TABLE Demo.Copied AS SELECT %ID AS Row, Name FROM Demo.Patient')
  expect(await sql.rows('SELECT TOP 1 Row, Name FROM Demo.Copied ORDER BY Row')).toEqual([{ Row: 1, Name: 'Ada' }])
})

test('nothing of a transaction outlives its call', async () => {
  await sql.rows('START TRANSACTION')
  await sql.rows("INSERT INTO Demo.Patient (Name) VALUES ('Dave')")
  await sql.rows('ROLLBACK')
  expect(await sql.rows("SELECT Name FROM Demo.Patient WHERE Name = 'Dave'")).toHaveLength(1)
})

test('calls of the class for several statements are answered once it is loaded and compiled', async () => {
  const calls = (method: string, parameters: readonly unknown[]) =>
    sql.rows(`SELECT IrisDevtester.Batch_${method} AS answer`, parameters)
  expect(await sql.sqlcode('SELECT IrisDevtester.Batch_Rows(?) AS answer', ['[]'])).toBe(-359)
  const doc = '/api/atelier/v1/USER/doc/IrisDevtester.Batch.cls'
  await sql.call(doc, { method: 'PUT', body: { enc: false, content: BATCH_SOURCE.split('\n') } })
  const compiled = await sql.call('/api/atelier/v1/USER/action/compile', { body: ['IrisDevtester.Batch.cls'] })
  expect(compiled.status.summary).toBe('')
  await sql.rows('CREATE TABLE Many (n INTEGER)')
  const statements = [
    'INSERT INTO Many (n) VALUES (1)',
    ['DROP TABLE No', 'INSERT INTO Many (n) VALUES (2)'],
    'SELECT no',
  ]
  const [ran] = await calls('Run(?, ?)', [JSON.stringify([...statements, 'DELETE FROM Many']), 60_000])
  expect(JSON.parse(String(ran?.answer))).toMatchObject({ done: 2, sqlcode: -29 })
  const [read] = await calls('Rows(?)', [JSON.stringify(['SELECT n, NULL AS x FROM Many', 'SELECT * FROM No'])])
  expect(JSON.parse(String(read?.answer))).toMatchObject([
    [
      [1, ''],
      [2, ''],
    ],
    { sqlcode: -30 },
  ])
})
