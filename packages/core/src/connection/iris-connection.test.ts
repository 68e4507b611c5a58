import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { connectIris } from './connect-iris.ts'
import { IrisConnectionError } from './connection-error.ts'
import { connectionInfo } from './connection-info.ts'

let server: Server | undefined
afterEach(() => server?.close())

interface Sent {
  readonly url: string
  readonly body: unknown
}

/** A connection whose server answers each request with the next of `answers`, and what it was sent. */
async function connection(...answers: object[]) {
  const sent: Sent[] = []
  server = createServer(async (request, response) => {
    const text = (await request.toArray()).join('')
    sent.push({ url: request.url ?? '', body: text === '' ? undefined : JSON.parse(text) })
    response.setHeader('Connection', 'close')
    response.end(JSON.stringify({ status: { errors: [], summary: '' }, console: [], result: {}, ...answers.shift() }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const webPort = (server.address() as AddressInfo).port
  const parts = { host: '127.0.0.1', port: 1972, namespace: 'USER', username: 'u', password: 'p' }
  return { sent, iris: connectIris(connectionInfo({ ...parts, webPort })) }
}

async function failure(promise: Promise<unknown>): Promise<IrisConnectionError> {
  const error = await promise.catch((reason) => reason)
  expect(error).toBeInstanceOf(IrisConnectionError)
  return error as IrisConnectionError
}

test('a statement goes with its parameters apart from it', async () => {
  const { iris, sent } = await connection({ result: { content: [{ Name: 'Ada' }] } }, {})
  expect(await iris.sql('SELECT Name FROM T WHERE a=? AND b=?', ["x' OR 1=1", null])).toEqual([{ Name: 'Ada' }])
  expect(sent[0]?.body).toEqual({ query: 'SELECT Name FROM T WHERE a=? AND b=?', parameters: ["x' OR 1=1", null] })
  expect(await iris.sql('DELETE FROM T')).toEqual([])
})

test("an SQL error carries IRIS's words and its SQLCODE", async () => {
  const summary = "ERROR #5540: SQLCODE: -30 Message:  Table 'SQLUSER.NOPE' not found"
  const { iris } = await connection({ status: { errors: [{ error: summary }], summary } })
  const error = await failure(iris.sql('SELECT * FROM Nope'))
  expect(error).toMatchObject({ code: 'SQL_ERROR', sqlCode: -30 })
  expect(error.message).toContain('not found')
  expect(error.message).toContain('SELECT * FROM Nope')
})

test('an SQL error without a SQLCODE has none', async () => {
  const { iris } = await connection({ status: { errors: [], summary: 'ERROR #5001: something' } })
  expect((await failure(iris.sql('SELECT 1'))).sqlCode).toBeUndefined()
})

test('classes are put under the name they declare, then compiled together', async () => {
  const { iris, sent } = await connection()
  await iris.loadClasses({ 'src/patient.cls': 'Class Demo.Patient\n{\n}\n', 'src/Macros.inc': '#define X 1' })
  expect(sent.map(({ url }) => url)).toEqual([
    '/api/atelier/v1/USER/doc/Demo.Patient.cls?ignoreConflict=1',
    '/api/atelier/v1/USER/doc/Macros.inc?ignoreConflict=1',
    '/api/atelier/v1/USER/action/compile?flags=cuk',
  ])
  expect(sent[0]?.body).toEqual({ enc: false, content: ['Class Demo.Patient', '{', '}', ''] })
  expect(sent[2]?.body).toEqual(['Demo.Patient.cls', 'Macros.inc'])
})

test('nothing to load sends nothing', async () => {
  const { iris, sent } = await connection()
  await iris.loadClasses({})
  expect(sent).toEqual([])
})

test.each([
  ['in the summary', { status: { errors: [], summary: 'ERROR #5475: compiling Demo.Bad' } }],
  ["in a document's status", { result: { content: [{ name: 'Demo.Bad.cls', status: 'ERROR #5475: compiling' }] } }],
])("a compiler's error %s is shown with the console", async (_, answer) => {
  const console = ['Compiling class Demo.Bad', 'ERROR: Demo.Bad.cls(3): #1003 : Expected space', 'Detected 1 errors']
  const { iris } = await connection({}, { ...answer, console })
  const error = await failure(iris.loadClasses({ 'Demo.Bad.cls': 'Class Demo.Bad { x }' }))
  expect(error.code).toBe('COMPILE_ERROR')
  expect(error.message).toContain('#5475')
  expect(error.message).toContain('Demo.Bad.cls(3): #1003 : Expected space')
})

test('a document that IRIS refuses to store is named', async () => {
  const { iris, sent } = await connection({ result: { status: 'ERROR #16005: Document is locked' } })
  const error = await failure(iris.loadClasses({ 'Demo.A.cls': 'Class Demo.A { }' }))
  expect(error.message).toMatch(/Demo\.A\.cls[\s\S]*locked/)
  expect(sent.length).toBe(1)
})
