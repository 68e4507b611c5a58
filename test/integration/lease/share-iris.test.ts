import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { shareIris } from '../../../packages/core/src/lease/index.ts'
import { LeaseFixture } from '../../faults/lease/lease-fixture.ts'
import { portAt } from '../../machine/port-ranges.ts'

test('callers in one process share one acquired IRIS, and the last one out releases it', async () => {
  await using world = await LeaseFixture.open()
  const options = {
    projectPath: world.project(),
    image: world.image,
    registry: world.registry,
    environment: { STANDIN_BOOT_MS: '100' },
    keep: 'stop' as const,
    quiet: true,
  }
  const [one, two] = await Promise.all([shareIris(options), shareIris({ ...options, workers: 2 })])
  expect(one.iris).toBe(two.iris)
  expect((await world.holdings()).leases).toBe(1)
  await one.release()
  await one.release()
  expect(await two.iris.connection.sql('SELECT 1 AS one')).toEqual([{ one: 1 }])
  await two.release()
  expect(await world.holdings()).toEqual({ containers: 0, leases: 0, ports: 0 })
})

test('callers with different registries share nothing', async () => {
  await using world = await LeaseFixture.open()
  await using other = await LeaseFixture.open()
  const options = {
    projectPath: world.project(),
    image: world.image,
    environment: { STANDIN_BOOT_MS: '100' },
    keep: 'stop' as const,
    quiet: true,
  }
  const one = await shareIris({ ...options, registry: world.registry })
  const two = await shareIris({ ...options, registry: other.registry })
  expect(two.iris.connection.port).not.toBe(one.iris.connection.port)
  expect([(await world.holdings()).leases, (await other.holdings()).leases]).toEqual([1, 1])
  await one.release()
  await two.release()
})

test('callers with different registries that start a project at the same moment get a container each', async () => {
  await using world = await LeaseFixture.open()
  await using other = await LeaseFixture.open()
  for (let round = 0; round < 3; round++) {
    const options = {
      projectPath: world.project(),
      image: world.image,
      environment: { STANDIN_BOOT_MS: '100' },
      keep: 'stop' as const,
      quiet: true,
    }
    const both = await Promise.all([world, other].map(({ registry }) => shareIris({ ...options, registry })))
    expect(new Set(both.map(({ iris }) => iris.connection.port)).size).toBe(2)
    expect(new Set(both.map(({ iris }) => iris.container?.id)).size).toBe(2)
    for (const { release } of both) await release()
  }
  for (const one of [world, other]) expect(await one.holdings()).toEqual({ containers: 0, leases: 0, ports: 0 })
})

test('two runners in one process share the container, and no namespace', async () => {
  await using world = await LeaseFixture.open()
  const options = {
    projectPath: world.project(),
    image: world.image,
    registry: world.registry,
    environment: { STANDIN_BOOT_MS: '100' },
    keep: 'stop' as const,
    quiet: true,
  }
  const [first, second] = [{}, {}]
  const one = await shareIris(options, first)
  const two = await shareIris(options, second)
  expect(two.iris.container?.id).toBe(one.iris.container?.id)
  expect(two.iris.namespaces).not.toEqual(one.iris.namespaces)
  await one.release()
  expect(await two.iris.connection.sql('SELECT 1 AS one')).toEqual([{ one: 1 }])
  await two.release()
  expect(await world.holdings()).toEqual({ containers: 0, leases: 0, ports: 0 })
})

test('a failure is thrown to every waiting caller, and the next caller tries again', async () => {
  await using world = await LeaseFixture.open()
  const preferredPort = portAt(6)
  const options = {
    projectPath: world.project(),
    image: world.image,
    registry: world.registry,
    environment: { STANDIN_BOOT_MS: '100' },
    keep: 'stop' as const,
    quiet: true,
    preferredPort,
  }
  const server = createServer((socket) => socket.destroy())
  await new Promise<void>((resolve) => server.listen(preferredPort, '127.0.0.1', resolve))
  const outcomes = await Promise.allSettled([shareIris(options), shareIris(options)])
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  await new Promise((resolve) => server.close(resolve))
  const shared = await shareIris(options)
  expect(shared.iris.connection.port).toBe(preferredPort)
  await shared.release()
})
