import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { IrisConnection } from '../../../packages/core/src/connection/iris-connection.ts'
import type { AcquireOptions } from '../../../packages/core/src/lease/book/acquire-options.ts'
import { LeaseFixture } from '../../faults/lease/lease-fixture.ts'

const environment = { STANDIN_BOOT_MS: '100' }
let world: LeaseFixture
let projectPath: string

beforeAll(async () => {
  world = await LeaseFixture.open()
  projectPath = world.project()
  // One container for all of them, whose runs each have a namespace of their own.
  await (await world.acquire({ projectPath, environment })).release()
})
beforeEach(() => {
  rmSync(projectPath, { recursive: true, force: true })
  mkdirSync(projectPath)
})
afterAll(() => world[Symbol.asyncDispose]())

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    const file = join(projectPath, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
  }
}

const acquire = (load: AcquireOptions['load']) => world.acquire({ projectPath, environment, load })
const refusal = async (load: AcquireOptions['load']) => {
  const error = await acquire(load).catch((reason) => reason)
  expect(error).toMatchObject({ code: 'LOAD_FAILED' })
  return error as { readonly message: string; readonly details: Record<string, unknown> }
}

const TABLE = `CREATE TABLE Sample.Patient (ID IDENTITY, Name VARCHAR(20) NOT NULL, Born DATE, Weight NUMERIC(5,2), Alive BIT);`

test('every kind is loaded, in the order of the list and of the names that a glob finds', async () => {
  write({
    'schema.sql': TABLE,
    'rows/Sample.Patient.csv': 'Name,Born,Weight,Alive\n"Ada, ""Countess""",1815-12-10,55.5,0\nBob,,,1\n',
    'rows/Sample.Patient.json': '[{ "name": "Cleo", "Born": null, "Alive": true }]',
    'src/a.cls': 'Class Demo.Thing Extends %Persistent\n{\n\nProperty Name As %String;\n\n}\n',
    'src/tool.mac': 'ROUTINE tool\n quit\n',
    'export.xml':
      '<?xml version="1.0"?>\n<Export generator="IRIS" version="26"><Class name="Demo.Exported"><Super>%Persistent</Super><Property name="City"><Type>%String</Type></Property></Class></Export>',
    'seed.mjs':
      'export default async (db) => { await db.sql("INSERT INTO Demo.Thing (Name) VALUES (\'from a file\')") }',
  })
  const byFunction = async (db: IrisConnection) => {
    await db.sql("INSERT INTO Demo.Exported (City) VALUES ('by function')")
  }
  await using iris = await acquire(['schema.sql', 'rows/*', 'src/*', 'export.xml', 'seed.mjs', byFunction])
  const { connection } = iris
  expect(await connection.sql('SELECT ID, Name, Born, Weight, Alive FROM Sample.Patient ORDER BY ID')).toEqual([
    { ID: 1, Name: 'Ada, "Countess"', Born: '1815-12-10', Weight: 55.5, Alive: 0 },
    { ID: 2, Name: 'Bob', Born: null, Weight: null, Alive: 1 },
    { ID: 3, Name: 'Cleo', Born: null, Weight: null, Alive: 1 },
  ])
  expect(await connection.sql('SELECT Name FROM Demo.Thing')).toEqual([{ Name: 'from a file' }])
  expect(await connection.sql('SELECT City FROM Demo.Exported')).toEqual([{ City: 'by function' }])
})

test('files as other programs write them: marks of Unicode, line ends of Windows, names in other letters', async () => {
  write({
    'schema.sql': `\uFEFF${TABLE}\r\nCREATE TABLE City (Name VARCHAR(20), Number BIGINT);\r\n`,
    'sample.patient.csv': '\uFEFFname,BORN\r\n"Zoë,\r\nCountess",1815-12-10\r\n\r\n',
    'city.json': '\uFEFF[{"name":"Ávila","number":9007199254740993}]',
    'Demo.Thing.CLS': '\uFEFFClass Demo.Thing Extends %Persistent\r\n{\r\nProperty Name As %String;\r\n}\r\n',
    'Empty.sql': '',
  })
  writeFileSync(join(projectPath, 'City.csv'), Buffer.from('\uFEFFName,Number\r\nŁódź,7\r\n', 'utf16le'))
  await using iris = await acquire(['schema.sql', 'Empty.sql', 'sample.patient.csv', 'city.*', 'City.csv', '*.CLS'])
  const { connection } = iris
  expect(await connection.sql('SELECT Name, Born FROM Sample.Patient')).toEqual([
    { Name: 'Zoë,\r\nCountess', Born: '1815-12-10' },
  ])
  expect(await connection.sql('SELECT Name, Number FROM City ORDER BY Name')).toEqual([
    { Name: 'Ávila', Number: 2n ** 53n + 1n },
    { Name: 'Łódź', Number: 7 },
  ])
  expect(await connection.sql('SELECT Name FROM Demo.Thing')).toEqual([])
})

test('a text in another encoding is refused with its line', async () => {
  write({ 'schema.sql': TABLE })
  writeFileSync(join(projectPath, 'Sample.Patient.csv'), Buffer.from('Name\nAda\nZoë\n', 'latin1'))
  expect((await refusal(['schema.sql', '*.csv'])).message).toMatch(
    /^Sample\.Patient\.csv:3: The file is not UTF-8 text/,
  )
})

describe('rows that do not fit are refused with row and column, before any is written', () => {
  test.for([
    [
      'Sample.Patient.csv',
      'Name,Age\nAda,5\n',
      /csv:1: The column "Age" of Sample\.Patient is none of its columns: Name/,
    ],
    ['Sample.Patient.csv', 'ID,Name\n5,Ada\n', /csv:1: The column "ID" .* is the identity/],
    ['Sample.Patient.csv', 'Name,NAME\nAda,Bob\n', /csv:1: The column "NAME" .* is there twice/],
    ['Sample.Patient.csv', '\nName,\nAda,Bob\n', /csv:2: The column "" .* is none of its columns/],
    ['Sample.Patient.csv', 'Name;Born\nAda;1815-12-10\n', /csv:1: Values are separated by commas/],
    ['Sample.Patient.json', '[{"Name":"Ada"},{"Name":"B","name":"C"}]', /row 2: The column "name" .* is there twice/],
    [
      'Sample.Patient.csv',
      'Name,Born\nAda,1815-12-10\nBob,10.12.1815\n',
      /csv:3, column Born: "10.12.1815" is no date/,
    ],
    ['Sample.Patient.csv', 'Name,Weight\nAda,heavy\n', /csv:2, column Weight: "heavy" is no number/],
    ['Sample.Patient.csv', 'Name,Born\nAda\n', /csv:2: The row has 1 values, but the first line names 2 columns/],
    ['Sample.Patient.csv', 'Name\n"open\n', /csv:2: A quote is not closed/],
    [
      'Sample.Patient.json',
      '[{"Name":"Ada"},{"Name":"Bob","Alive":"perhaps"}]',
      /row 2, column Alive: "perhaps" is no truth value/,
    ],
    ['Sample.Patient.json', '{"Name":"Ada"}', /must hold a list of rows/],
    ['Sample.Patient.json', '[1]', /row 1: A row must be an object/],
    ['Sample.Patient.json', '[{]', /is no JSON/],
    ['Sample.Nobody.csv', 'Name\nAda\n', /named after the table Sample\.Nobody, which is not in the namespace/],
    ['Sample.Patient.csv', 'Name\nAda\nmuch longer than twenty signs\n', /csv:3: IRIS refused the row .*-104/],
  ] as const)('%s %j', async ([name, content, message]) => {
    write({ 'schema.sql': TABLE, [name]: content })
    expect((await refusal(['schema.sql', name])).message).toMatch(message)
  })
})

test('what the compiler finds is shown with file, line and column', async () => {
  write({
    'src/bad.cls':
      'Class Demo.Bad\n{\n\nClassMethod Run() As %String\n{\n    Set x = 1\n    foo x\n    Quit x\n}\n\n}\n',
    'src/good.cls': 'Class Demo.Good\n{\n}\n',
  })
  const error = await refusal(['src/*.cls'])
  expect(error.message).toContain("src/bad.cls:7:7: #1026: Invalid command : 'foo'")
  expect(error.details.errors).toMatchObject([{ path: 'src/bad.cls', line: 7, column: 7 }])
})

test.for([
  [{ 'notes.txt': 'hello' }, 'notes.txt', /notes\.txt is of no kind that can be loaded: \.sql, \.cls/],
  [{}, 'missing/*.sql', /names no file/],
  [{}, '../**/*.sql', /leaves the project/],
  [{}, 'a/../../*.sql', /leaves the project/],
  [{}, '/etc/*.sql', /leaves the project/],
  [{ 'seed.mjs': 'export const other = 1' }, 'seed.mjs', /has no function as its default export/],
  [{ 'seed.mjs': 'export default async () => {' }, 'seed.mjs', /can't be imported/],
  [
    { 'seed.mjs': 'export default async () => { throw new Error("on purpose") }' },
    'seed.mjs',
    /seed\.mjs .* on purpose/,
  ],
  [{ 'broken.xml': '<?xml version="1.0"?><nothing/>' }, 'broken.xml', /broken\.xml .* failed/],
  [{ 'data.gof': 'Export~Format=7.S~\n' }, 'data.gof', /data\.gof .* failed/],
  [{ 'a.sql': 'SELECT 1;\nCOMMIT' }, 'a.sql', /a\.sql, line 2: The statement was not sent .*COMMIT has no effect/],
] as const)('%j by %s is refused', async ([files, pattern, message]) => {
  write(files)
  expect((await refusal([pattern])).message).toMatch(message)
})

test('a file that can not be read is named', async () => {
  write({ 'a.sql': 'SELECT 1' })
  // A name that leads to itself is one that even the superuser can't read.
  symlinkSync('loop.sql', join(projectPath, 'loop.sql'))
  const error = await acquire(['*.sql', 'loop.sql']).catch((reason) => reason)
  expect(error).toMatchObject({ code: 'LOAD_FAILED' })
  expect(String(error)).toContain('loop.sql')
})

test('a function that crossed to another process is explained', async () => {
  await expect(acquire([null as never])).rejects.toMatchObject({
    code: 'OPTION_INVALID',
    message: expect.stringContaining('put it into a file as its default export'),
  })
})
