import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { StandInProcess, UNLOCK } from './testing/stand-in-process.ts'
import { call, WebClient } from './testing/web-client.ts'
import { connectAs } from './testing/wire-client.ts'

const ROOT = '/api/atelier/'
const SYSTEM = { user: '_SYSTEM', password: 'SYS' }

describe('who is let in', () => {
  let iris: StandInProcess
  beforeAll(async () => {
    iris = await StandInProcess.start({ switches: { LICENSE_UNITS: 100 } })
  })
  afterAll(() => iris[Symbol.asyncDispose]())

  test('the root describes the server, its version, api and namespaces', async () => {
    const { http, status, result } = await call(iris.web, ROOT, SYSTEM)
    expect(http).toBe(200)
    expect(status).toEqual({ errors: [], summary: '' })
    expect(result.content).toMatchObject({ version: expect.stringContaining('IRIS'), namespaces: ['%SYS', 'USER'] })
  })

  test.each([
    [401, 'nobody at all', ROOT, {}],
    [401, 'a wrong password', ROOT, { user: 'test', password: 'x' }],
    [403, 'a password that must be changed', ROOT, { user: 'SuperUser', password: 'SYS' }],
    [404, 'an application that is not there', '/api/nope/', SYSTEM],
    [404, 'a namespace that is not there', '/api/atelier/v1/NOPE/docnames/CLS', SYSTEM],
    [200, 'the portal page, for everybody', '/csp/sys/UtilHome.csp', {}],
    [200, 'the monitor, for everybody', '/api/monitor/metrics', {}],
  ])('%i for %s', async (http, _, path, who) => {
    expect((await call(iris.web, path, who)).http).toBe(http)
  })

  test('the cookies of the first call are enough for the next', async () => {
    const { cookies } = await call(iris.web, ROOT, SYSTEM)
    expect((await call(iris.web, ROOT, { cookies })).http).toBe(200)
    expect((await call(iris.web, ROOT, { cookies: 'CSPSESSIONID-SP-52773-UP-api-atelier-=made-up' })).http).toBe(401)
  })

  test('a body that is not JSON is 400', async () => {
    const answer = await call(iris.web, '/api/atelier/v1/USER/action/query', { ...SYSTEM, body: 'text' })
    expect(answer.http).toBe(400)
  })

  test('five failures close the account for a while, with 503', async () => {
    const codes: number[] = []
    for (let i = 0; i < 6; i++) codes.push((await call(iris.web, ROOT, { user: 'SuperUser', password: 'x' })).http)
    expect(codes).toEqual([401, 401, 401, 401, 401, 503])
    expect((await call(iris.web, ROOT, SYSTEM)).http).toBe(200)
  })
})

describe('licence units', () => {
  let iris: StandInProcess
  beforeEach(async () => {
    iris = await StandInProcess.start()
    return () => iris[Symbol.asyncDispose]()
  })

  test('each call without cookies takes one of eight, then comes 503 and a line in the log', async () => {
    const codes: number[] = []
    for (let i = 0; i < 9; i++) codes.push((await call(iris.web, ROOT, SYSTEM)).http)
    expect(codes).toEqual([...Array(8).fill(200), 503])
    expect(iris.output).toContain('<LICENSE LIMIT EXCEEDED>')
  })

  test('calls with cookies share one, and logging out gives it back', async () => {
    const client = new WebClient(iris.web)
    for (let i = 0; i < 20; i++) expect((await client.call(ROOT)).http).toBe(200)
    for (let i = 0; i < 7; i++) await call(iris.web, ROOT, SYSTEM)
    expect((await call(iris.web, ROOT, SYSTEM)).http).toBe(503)
    await client.call(`${ROOT}?CacheLogout=end`, { method: 'HEAD' })
    expect((await call(iris.web, ROOT, SYSTEM)).http).toBe(200)
  })

  test('each driver takes one while it is connected', async () => {
    const drivers = []
    for (let i = 0; i < 8; i++) drivers.push(await connectAs(iris.superserver, '_SYSTEM', 'SYS'))
    expect(drivers.map(({ status }) => status)).toEqual(Array(8).fill(0))
    expect((await connectAs(iris.superserver, '_SYSTEM', 'SYS')).status).toBe(417)
    expect((await call(iris.web, ROOT, SYSTEM)).http).toBe(503)
    drivers[0]?.client.close()
    await expect.poll(async () => (await call(iris.web, ROOT, SYSTEM)).http).toBe(200)
    for (const { client } of drivers) client.close()
  })
})

describe('switches', () => {
  test('fewer units, and a short hold', async () => {
    await using iris = await StandInProcess.start({ switches: { LICENSE_UNITS: 1, LICENSE_HOLD_MS: 100 } })
    expect((await call(iris.web, ROOT, SYSTEM)).http).toBe(200)
    await expect.poll(async () => (await call(iris.web, ROOT, SYSTEM)).http).toBe(200)
  })

  test('refused logins', async () => {
    await using iris = await StandInProcess.start({ switches: { REFUSE_LOGINS: 1 } })
    expect((await call(iris.web, ROOT, SYSTEM)).http).toBe(401)
    expect((await connectAs(iris.superserver, '_SYSTEM', 'SYS')).status).toBe(417)
  })

  test('an ignored merge says that it worked, and nothing is changed', async () => {
    await using iris = await StandInProcess.start({ switches: { IGNORE_MERGE: 1 }, merge: UNLOCK })
    expect(iris.output).toContain('IRIS Merge completed successfully')
    expect((await call(iris.web, ROOT, SYSTEM)).http).toBe(403)
  })
})

describe('classes', () => {
  let iris: StandInProcess
  let client: WebClient
  beforeAll(async () => {
    iris = await StandInProcess.start()
    client = new WebClient(iris.web)
  })
  afterAll(() => iris[Symbol.asyncDispose]())

  const put = (name: string, content: string[], query = '') =>
    client.call(`/api/atelier/v1/USER/doc/${name}${query}`, { method: 'PUT', body: { enc: false, content } })
  const compile = (...names: string[]) => client.call('/api/atelier/v1/USER/action/compile?flags=cuk', { body: names })

  test('are stored, listed, read, and stored again when asked to ignore the conflict', async () => {
    const lines = ['Class Demo.One', '{', '}']
    expect((await put('Demo.One.cls', lines)).http).toBe(201)
    expect((await put('Demo.One.cls', lines)).http).toBe(409)
    expect((await put('Demo.One.cls', lines, '?ignoreConflict=1')).http).toBe(200)
    const { result } = await client.call('/api/atelier/v1/USER/doc/Demo.One.cls')
    expect(result).toMatchObject({ name: 'Demo.One.cls', cat: 'CLS', content: lines })
    const names = await client.call('/api/atelier/v1/USER/docnames/CLS')
    expect(names.result.content).toEqual([expect.objectContaining({ name: 'Demo.One.cls' })])
    expect((await client.call('/api/atelier/v1/USER/doc/Demo.Two.cls')).http).toBe(404)
  })

  test('compile, and give the output of the compiler', async () => {
    await put('Demo.Good.cls', [
      '/// {',
      'Class Demo.Good',
      '{',
      'ClassMethod A(b As %String = "}") As %Status',
      '{',
      '  Quit 1',
      '}',
      '}',
    ])
    const { http, status, console } = await compile('Demo.Good.cls')
    expect(http).toBe(200)
    expect(status.summary).toBe('')
    expect(console.join('\n')).toMatch(/Compilation started on .* with qualifiers 'cuk'\nCompiling class Demo\.Good\n/)
    expect(console.at(-1)).toMatch(/^Compilation finished successfully/)
  })

  test.each([
    ['Demo.Open.cls', ['Class Demo.Open', '{', 'ClassMethod A()', '{', '}'], "'}' is missing"],
    ['Demo.Bare.cls', ['Class Demo.Bare', '{', 'ClassMethod A()', '  Quit 1', '}'], "'{' expected"],
    ['Demo.Other.cls', ['Class Demo.Different', '{', '}'], 'Demo.Different'],
    ['Demo.None.cls', ['nothing'], 'no class head'],
  ])('%s does not compile: in the status and in the console', async (name, lines, error) => {
    await put(name, lines)
    const { http, status, console } = await compile(name)
    expect(http).toBe(200)
    expect(status.summary).toContain(error)
    expect(status.errors).toHaveLength(1)
    expect(console.join('\n')).toContain(error)
    expect(console.at(-1)).toMatch(/^Detected 1 errors/)
  })

  test('one that was never stored is named', async () => {
    expect((await compile('Demo.Missing.cls')).status.summary).toContain("Class 'Demo.Missing' does not exist")
  })

  test('a persistent class is a table, and gains what it is given later', async () => {
    const lines = (property: string) => [
      'Class Demo.Person Extends %Persistent',
      '{',
      'Property Name As %String;',
      property,
      '}',
    ]
    await put('Demo.Person.cls', lines(''))
    await compile('Demo.Person.cls')
    await client.rows("INSERT INTO Demo.Person (Name) VALUES ('Ada')")
    await put('Demo.Person.cls', lines('Property Age As %Integer;'), '?ignoreConflict=1')
    await compile('Demo.Person.cls')
    expect(await client.rows('SELECT * FROM Demo.Person')).toEqual([{ ID: 1, Name: 'Ada', Age: '' }])
  })
})
