import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PortRegistry } from '../../../packages/core/src/ports/port-registry.ts'
import { LeaseFixture } from '../../faults/lease/lease-fixture.ts'
import { quickContainer } from '../../machine/test-home.ts'

const environment = { STANDIN_BOOT_MS: '100' }
let world: LeaseFixture
let registry: PortRegistry

beforeAll(async () => {
  world = await LeaseFixture.open()
  registry = new PortRegistry({
    registryPath: join(world.home, 'port-registry.json'),
    portRange: [21_972, 21_973],
    onWarning: () => {},
  })
})

afterAll(() => world[Symbol.asyncDispose]())

const acquire = (projectPath: string, warnings: string[] = []) =>
  world.acquire({
    projectPath,
    environment,
    registry,
    reporter: { pulling() {}, starting() {}, ready() {}, failed() {}, warning: (text) => warnings.push(text) },
  })

test('a project for which no port is left gets that of the container idle for longest, and is refused only when runs hold all', async () => {
  const [first, second, third, fourth] = [world.project(), world.project(), world.project(), world.project()]
  const one = await acquire(first)
  const two = await acquire(second)
  await two.release()
  await one.release()
  const warnings: string[] = []
  await using three = await acquire(third, warnings)
  expect(warnings).toEqual([
    `Ended container ${two.container?.name} of ${second}, which no run was using: every iris port was taken.`,
  ])
  expect(three.connection.port).toBe(two.connection.port)
  expect(await world.holdings(second)).toEqual({ containers: 0, leases: 0, ports: 0 })
  await using again = await acquire(first)
  expect(again.container).toMatchObject({ id: one.container?.id, start: 'warm' })
  await expect(acquire(fourth)).rejects.toMatchObject({ code: 'PORT_EXHAUSTED' })
  expect(await world.holdings(fourth)).toEqual({ containers: 0, leases: 0, ports: 0 })
  expect(await world.holdings(third)).toEqual({ containers: 1, leases: 1, ports: 2 })
})

test('a container that a test makes for itself gets the port of an idle one too', async () => {
  const [first, second, third] = [world.project(), world.project(), world.project()]
  const one = await acquire(first)
  await one.release()
  const two = await acquire(second)
  await using started = await quickContainer().withPortRegistry(registry).withProjectPath(third).start()
  expect(started.getPort()).toBe(one.connection.port)
  expect(await world.holdings(first)).toEqual({ containers: 0, leases: 0, ports: 0 })
  await two.release()
})

test('of several projects that need a port at once, each gets one while idle containers are left', async () => {
  const [first, second, third, fourth] = [world.project(), world.project(), world.project(), world.project()]
  await (await acquire(first)).release()
  await (await acquire(second)).release()
  const [three, four] = await Promise.all([acquire(third), acquire(fourth)])
  expect(new Set([three.connection.port, four.connection.port]).size).toBe(2)
  await Promise.all([three.release(), four.release()])
})
