import { expect, test } from 'vitest'
import { acquireAtOnce } from './acquire-at-once.ts'
import { LeaseFixture } from './lease-fixture.ts'

test('eight processes that acquire one project at once share the one container that is ever created', async () => {
  await using fixture = await LeaseFixture.open()
  const { acquired, created, containers } = await acquireAtOnce(fixture, 8, 'one')
  expect(new Set(acquired.map(({ containerId }) => containerId)).size).toBe(1)
  expect(new Set(acquired.flatMap(({ namespaces }) => namespaces)).size).toBe(8)
  expect({ created, containers }).toEqual({ created: 1, containers: 1 })
  expect(await fixture.settle({ containers: 0, leases: 0, ports: 0 })).toEqual({ containers: 0, leases: 0, ports: 0 })
})

test('eight projects that acquire at once get eight containers on eight ports', async () => {
  await using fixture = await LeaseFixture.open()
  const { acquired, created, containers, ports } = await acquireAtOnce(fixture, 8, 'many')
  expect(new Set(acquired.map(({ containerId }) => containerId)).size).toBe(8)
  expect(ports).toHaveLength(8)
  expect({ created, containers }).toEqual({ created: 8, containers: 8 })
  expect(await fixture.settle({ containers: 0, leases: 0, ports: 0 })).toEqual({ containers: 0, leases: 0, ports: 0 })
})
