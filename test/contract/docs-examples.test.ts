import { createServer } from 'node:net'
import { acquireIris, toEnvironment } from '@iris-devtester/core'
import { beforeEach, expect, test, vi } from 'vitest'
import { countCities } from '../docs/examples/acquire-iris.ts'
import { namespaceOfWorker } from '../docs/examples/exec-iris.ts'
import { versionOfIris } from '../docs/examples/iris-container.ts'
import { reserveForServer } from '../docs/examples/reserve-port.ts'
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
  const holder = createServer()
  await new Promise<void>((resolve) => holder.once('error', () => resolve()).listen(3000, '127.0.0.1', resolve))
  try {
    const port = await reserveForServer(home.folder)
    expect(port).toBeGreaterThan(3000)
    expect(console.error).toHaveBeenCalledWith(expect.stringContaining('3000'))
  } finally {
    holder.close()
    vi.restoreAllMocks()
  }
})
