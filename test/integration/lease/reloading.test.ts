import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { AcquiredIris } from '../../../packages/core/src/lease/index.ts'
import { LeaseFixture } from '../../faults/lease/lease-fixture.ts'

const NAME = (name: string) =>
  `Class Demo.Names Extends %RegisteredObject\n{\n\nClassMethod Name() As %String\n{\n    Quit "${name}"\n}\n\n}\n`
const THING = (properties: string) => `Class Demo.Thing Extends %Persistent\n{\n\n${properties}\n\n}\n`
const MARK = 'Class Demo.Mark\n{\n}\n'

let world: LeaseFixture
let folder: string
beforeAll(async () => {
  world = await LeaseFixture.open()
  folder = world.project()
})
afterAll(() => world[Symbol.asyncDispose]())
beforeEach(() => {
  write('schema.sql', 'CREATE TABLE T (n INTEGER);\nINSERT INTO T (n) VALUES (1);')
  write('names.cls', NAME('Ada'))
  write('thing.cls', THING('Property Name As %String;'))
})

const write = (path: string, content: string) => writeFileSync(join(folder, path), content)
const acquire = (load: readonly string[]) =>
  world.acquire({ projectPath: folder, environment: { STANDIN_BOOT_MS: '100' }, load, workers: 2 })
const name = async (iris: AcquiredIris, namespace: string) =>
  (await iris.exec(['Write ##class(Demo.Names).Name(),!'], { namespace })).trim()
/** Whether the namespace is still the one that was marked. */
const isMarked = (iris: AcquiredIris, namespace: string) =>
  iris.exec(['Set x=##class(Demo.Mark).None()'], { namespace }).then(
    () => true,
    (error) => !String(error).includes('<CLASS DOES NOT EXIST>'),
  )
const mark = async (iris: AcquiredIris) => {
  for (const worker of [1, 2]) await iris.connectionFor(worker).loadClasses({ 'Demo.Mark.cls': MARK })
}

test('a changed class is compiled in the namespaces as they are, which begin with their data', async () => {
  await using iris = await acquire(['names.cls', 'schema.sql'])
  await mark(iris)
  const db = iris.connectionFor(2)
  await db.markBaseline()
  await db.sql('INSERT INTO T (n) VALUES (2)')
  write('names.cls', NAME('Bob'))
  expect(await iris.reload()).toBe(true)
  for (const namespace of iris.namespaces) {
    expect(await name(iris, namespace)).toBe('Bob')
    expect(await isMarked(iris, namespace)).toBe(true)
  }
  expect(await db.sql('SELECT n FROM T')).toEqual([{ n: 1 }])
  expect(await iris.reload()).toBe(false)
})

test('a class with rows gets its new columns, and a reset knows its table', async () => {
  await using iris = await acquire(['thing.cls'])
  await mark(iris)
  const { connection: db } = iris
  await db.startFresh()
  await db.sql("INSERT INTO Demo.Thing (Name) VALUES ('x')")
  write('thing.cls', THING('Property Name As %String;\n\nProperty City As %String;'))
  write('names.cls', NAME('Ada'))
  expect(await iris.reload()).toBe(true)
  expect(await isMarked(iris, db.namespace)).toBe(true)
  await db.sql("INSERT INTO Demo.Thing (Name, City) VALUES ('y', 'z')")
  await db.startFresh()
  expect(await db.sql('SELECT Name, City FROM Demo.Thing')).toEqual([])
})

test('any other change makes the namespaces afresh, and so does one after a failure', async () => {
  await using iris = await acquire(['names.cls', 'schema.sql'])
  await mark(iris)
  write('schema.sql', 'CREATE TABLE T (n INTEGER);\nINSERT INTO T (n) VALUES (7);')
  expect(await iris.reload()).toBe(true)
  expect(await isMarked(iris, iris.connection.namespace)).toBe(false)
  expect(await iris.connection.sql('SELECT n FROM T')).toEqual([{ n: 7 }])
  await mark(iris)
  write('names.cls', NAME('Bob').replace('Quit', 'Quti'))
  await expect(iris.reload()).rejects.toMatchObject({
    code: 'LOAD_FAILED',
    message: expect.stringMatching(/^names\.cls:6:8: #1026: Invalid command : 'Quti'/m),
  })
  write('names.cls', NAME('Bob'))
  expect(await iris.reload()).toBe(true)
  expect(await isMarked(iris, iris.connection.namespace)).toBe(false)
  expect(await name(iris, iris.connection.namespace)).toBe('Bob')
})
