import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { acquireIris, toEnvironment } from '@iris-devtester/core'
import { serveRun } from '@iris-devtester/core/run'
import { beforeEach, expect, test, vi } from 'vitest'
import { countCities } from '../docs/examples/acquire-iris.ts'
import { namespaceOfWorker } from '../docs/examples/exec-iris.ts'
import { versionOfIris } from '../docs/examples/iris-container.ts'
import { reserveForServer } from '../docs/examples/reserve-port.ts'
import { tryTwice } from '../docs/examples/reset-in-script.ts'
import { admit } from '../docs/examples/transaction.ts'
import { RegistryHome } from '../integration/consumer/registry-home.ts'

beforeEach(() => {
  vi.stubEnv('IRIS_DEVTESTER_QUIET', '1')
  vi.stubEnv('IRIS_DEVTESTER_KEEP', 'stop')
  return () => vi.unstubAllEnvs()
})

test('an IRIS is acquired, used and released', async () => {
  await using home = new RegistryHome()
  vi.stubEnv('IRIS_DEVTESTER_HOME', home.folder)

  expect(await countCities()).toBe(1)
  expect(await home.leftovers()).toEqual([])
})

test('ObjectScript runs in the namespace that the environment names', async () => {
  await using home = new RegistryHome()
  vi.stubEnv('IRIS_DEVTESTER_HOME', home.folder)
  await using iris = await acquireIris({ projectPath: home.folder })
  for (const [name, value] of Object.entries(toEnvironment(iris.connection.info))) vi.stubEnv(name, value)

  expect(await namespaceOfWorker()).toBe(iris.connection.namespace)
})

test('a transaction commits, or takes back all of its statements', async () => {
  await using home = new RegistryHome()
  vi.stubEnv('IRIS_DEVTESTER_HOME', home.folder)
  await using iris = await acquireIris({ projectPath: home.folder })
  const server = await serveRun({ '': iris })
  try {
    vi.stubEnv('IRIS_DEVTESTER_HOLDER', server.address)
    for (const [name, value] of Object.entries(toEnvironment(iris.connection.info))) vi.stubEnv(name, value)
    const { connection } = iris
    await connection.sql('CREATE TABLE Patient (Id INT IDENTITY, Name VARCHAR(20))')
    await connection.sql('CREATE TABLE Ward (Id INT, Beds INT)')
    await connection.sql('INSERT INTO Ward (Id, Beds) VALUES (7, 1)')
    expect(await admit('Ada', 7)).toBe(1)
    await expect(admit('Bob', 7)).rejects.toThrow('Ward 7 is full.')
    expect(await connection.sql('SELECT Name FROM Patient')).toEqual([{ Name: 'Ada' }])
    expect(await connection.sql('SELECT Beds FROM Ward')).toEqual([{ Beds: 0 }])
  } finally {
    await server.close()
  }
})

test('a script puts its tables back, but for those it names', async () => {
  await using home = new RegistryHome()
  vi.stubEnv('IRIS_DEVTESTER_HOME', home.folder)
  vi.stubEnv('IRIS_PROJECT_PATH', home.folder)
  writeFileSync(
    join(home.folder, 'schema.sql'),
    'CREATE TABLE Patient (Name VARCHAR(20));CREATE TABLE Sample.Country (Name VARCHAR(20))',
  )
  const counts: unknown[] = []
  await tryTwice('schema.sql', async (db) => {
    for (const table of ['Patient', 'Sample.Country']) {
      await db.sql(`INSERT INTO ${table} (Name) VALUES ('x')`)
      counts.push((await db.sql(`SELECT Name FROM ${table}`)).length)
    }
  })
  expect(counts).toEqual([1, 1, 1, 2])
})

test("a container of IRIS runs on its project's ports", async () => {
  await using home = new RegistryHome()
  vi.stubEnv('IRIS_DEVTESTER_HOME', home.folder)

  expect(await versionOfIris(home.folder)).toContain('IRIS')
  expect(await home.leftovers()).toEqual([])
})

test('a server gets port 3000, or the next best where that is taken', async () => {
  await using home = new RegistryHome()
  vi.stubEnv('IRIS_DEVTESTER_HOME', home.folder)
  vi.spyOn(console, 'error').mockReturnValue()
  // Another project has it, if no process of this machine does.
  const other = { service: 'node', preferredPort: 3000 } as const
  await home.registry.assignPort('/another/project', other).catch(() => undefined)
  try {
    const port = await reserveForServer(home.folder)
    expect(port).toBeGreaterThan(3000)
    expect(console.error).toHaveBeenCalledWith(expect.stringContaining('3000'))
  } finally {
    vi.restoreAllMocks()
  }
})
