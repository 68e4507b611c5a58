import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { type AcquiredIris, acquireIris } from '../../../packages/core/src/lease/index.ts'
import { LeaseFixture } from '../../faults/lease/lease-fixture.ts'
import { WEB_RANGE } from '../../machine/port-ranges.ts'

const nowhere = { DOCKER_HOST: 'tcp://127.0.0.1:1' }
let world: LeaseFixture
/** Whatever the environment of a run names. */
let server: AcquiredIris

beforeAll(async () => {
  world = await LeaseFixture.open()
  const environment = { STANDIN_BOOT_MS: '100' }
  server = await world.acquire({
    projectPath: world.project(),
    environment,
    isolation: 'shared',
    keep: 'stop',
    // Not the one that a web server is looked for on where none is named.
    preferredWebPort: WEB_RANGE[1],
  })
})

afterAll(async () => {
  await server.release()
  await world[Symbol.asyncDispose]()
})

async function namespaces(): Promise<readonly string[]> {
  return (await server.connection.serverInfo()).namespaces
}

async function ownNamespaces(): Promise<string[]> {
  return (await namespaces()).filter((name) => name.startsWith('IDT'))
}

test('a server that the environment names is used as it is, without any engine', async () => {
  const { url, webPort, port } = server.connection
  const run = world.begin(
    { projectPath: world.project(), workers: 2 },
    { ...nowhere, IRIS_URL: url, IRIS_WEB_PORT: String(webPort) },
  )
  const acquired = await run.report('acquired')
  expect(acquired).toMatchObject({ containerId: '', port })
  expect(await namespaces()).toEqual(expect.arrayContaining([...acquired.namespaces]))
  run.release()
  await run.report('released')
  expect(await ownNamespaces()).toEqual([])
})

test('a server that the environment names and that does not answer is reported as such', async () => {
  const run = world.begin(
    { projectPath: world.project() },
    { ...nowhere, IRIS_URL: 'iris://test:test@127.0.0.1:9/USER' },
  )
  await expect(run.report('acquired')).rejects.toThrow(/EXTERNAL_IRIS_UNREACHABLE .*IRIS_URL.* 127\.0\.0\.1:9/s)
})

describe('a server that the environment names', () => {
  beforeEach(() => {
    const { host, port, webPort, username, password } = server.connection.info
    const named = { IRIS_HOST: host, IRIS_PORT: port, IRIS_WEB_PORT: webPort, IRIS_USERNAME: username }
    for (const [name, value] of Object.entries({ ...named, IRIS_PASSWORD: password, ...nowhere })) {
      vi.stubEnv(name, String(value))
    }
  })

  afterEach(() => {
    vi.unstubAllEnvs()
  })

  test('gives each worker a namespace, but no container', async () => {
    const projectPath = world.project()
    const iris = await acquireIris({ projectPath, workers: 2, quiet: true })
    expect(iris).toMatchObject({ projectPath, container: undefined })
    expect([1, 2, 3].map((worker) => iris.connectionFor(worker).namespace)).toEqual([
      iris.namespaces[0],
      iris.namespaces[1],
      iris.namespaces[0],
    ])
    expect(await iris.logTail()).toEqual([])
    for (const refused of [iris.restart(), iris.exec(['Write 1'])]) {
      await expect(refused).rejects.toMatchObject({
        code: 'NO_CONTAINER',
        hint: expect.stringContaining('unset IRIS_URL IRIS_HOST IRIS_PORT'),
      })
    }
    await Promise.all([iris.release(), iris.release(), iris[Symbol.asyncDispose]()])
    expect(await ownNamespaces()).toEqual([])
  })

  test('is reset, and loaded again when a file has changed', async () => {
    const projectPath = world.project()
    const load = ['a.sql']
    const schema = (name: string) =>
      `CREATE TABLE Patient (Name VARCHAR(20)); INSERT INTO Patient (Name) VALUES ('${name}')`
    writeFileSync(join(projectPath, 'a.sql'), schema('Ada'))
    await using iris = await acquireIris({ projectPath, load, quiet: true, reset: 'each' })
    expect(iris.reset).toEqual({ when: 'each', except: [] })
    const { connection } = iris
    const names = async () => (await connection.sql('SELECT Name FROM Patient')).map(({ Name }) => Name)
    await connection.startFresh()
    await connection.sql("INSERT INTO Patient (Name) VALUES ('Bob')")
    await connection.reset()
    expect(await names()).toEqual(['Ada'])
    expect(await iris.reload()).toBe(false)
    writeFileSync(join(projectPath, 'a.sql'), schema('Zoe'))
    expect(await iris.reload()).toBe(true)
    expect(await names()).toEqual(['Zoe'])
  })

  test('gives each file a fresh, loaded namespace, and keeps none', async () => {
    const projectPath = world.project()
    writeFileSync(join(projectPath, 'a.sql'), 'CREATE TABLE Patient (Name VARCHAR(20))')
    const iris = await acquireIris({ projectPath, load: ['a.sql'], quiet: true, isolation: 'file' })
    const taken = [await iris.files?.take('1'), await iris.files?.take('1'), await iris.files?.take('1')] as string[]
    expect(new Set(taken).size).toBe(3)
    expect(taken[0]).toBe(iris.namespaces[0])
    expect(await iris.connection.inNamespace(taken[2] as string).sql('SELECT Name FROM Patient')).toEqual([])
    await expect(iris.snapshot('a')).rejects.toMatchObject({ code: 'NO_CONTAINER' })
    await expect(iris.restore('a')).rejects.toMatchObject({ code: 'NO_CONTAINER' })
    await iris.release()
    expect(await ownNamespaces()).toEqual([])
  })

  test('without a web server is not reset, and refused where a reset was asked for', async () => {
    vi.stubEnv('IRIS_WEB_PORT', undefined)
    vi.stubEnv('IRIS_NAMESPACE', 'USER')
    await using iris = await acquireIris({ projectPath: world.project(), quiet: true })
    expect(iris.reset.when).toBe(false)
    await expect(acquireIris({ projectPath: world.project(), quiet: true, reset: 'each' })).rejects.toMatchObject({
      code: 'OPTION_INVALID',
      message: expect.stringContaining('none is known'),
    })
  })

  test('is left as it was found where a source can not be loaded', async () => {
    const projectPath = world.project()
    writeFileSync(join(projectPath, 'bad.sql'), 'CREATE TABLE Half (Id INT); SELECT FROM WHERE')
    await expect(acquireIris({ projectPath, load: ['bad.sql'], quiet: true })).rejects.toMatchObject({
      code: 'LOAD_FAILED',
      message: expect.stringContaining('bad.sql'),
    })
    expect(await ownNamespaces()).toEqual([])
  })

  test('is shared, in the namespace that is named, where its web server is not known', async () => {
    vi.stubEnv('IRIS_WEB_PORT', undefined)
    vi.stubEnv('IRIS_NAMESPACE', 'USER')
    await using iris = await acquireIris({ projectPath: world.project(), workers: 2, quiet: true })
    const { port, webPort } = iris.connection
    expect({ port, webPort, namespaces: iris.namespaces }).toEqual({
      port: server.connection.port,
      webPort: 0,
      namespaces: ['USER'],
    })
  })

  test('with a wrong password is not taken for one without a web server', async () => {
    vi.stubEnv('IRIS_PASSWORD', 'wrong')
    await expect(acquireIris({ projectPath: world.project(), quiet: true })).rejects.toMatchObject({
      code: 'IRIS_PASSWORD_REFUSED',
    })
  })

  test('that is no IRIS is reported as such', async () => {
    const other = createServer((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'))
    await once(other.listen(0, '127.0.0.1'), 'listening')
    vi.stubEnv('IRIS_PORT', String((other.address() as AddressInfo).port))
    await expect(acquireIris({ projectPath: world.project(), quiet: true })).rejects.toMatchObject({
      code: 'EXTERNAL_IRIS_UNREACHABLE',
      message: expect.stringContaining('what answers there is no IRIS superserver'),
    })
    other.close()
  })
})
