import { expect, test } from 'vitest'
import { codeOf, open, registry, useRegistry, warnings } from './registry-fixture.ts'

useRegistry()

test('a range that one user names holds for all who name none, from its first assignment on', async () => {
  const wide = open({ portRange: [21_200, 21_219] })
  expect((await registry.ranges()).iris).toEqual([1972, 1981])
  expect((await wide.assignPort('/projects/one')).port).toBe(21_200)
  expect((await registry.assignPort('/projects/two')).port).toBe(21_201)
  expect(await registry.ranges()).toMatchObject({ iris: [21_200, 21_219], 'iris-web': [52_773, 52_792] })
  expect((await registry.assignPort('/projects/three', { preferredPort: 21_219 })).port).toBe(21_219)
  expect(await codeOf(registry.assignPort('/projects/four', { preferredPort: 1972 }))).toBe('PORT_OUT_OF_RANGE')
  expect(warnings).toEqual([])
})

test('the environment names ranges, the options go before it', async () => {
  const env = { IRIS_DEVTESTER_PORT_RANGE: '21200-21204', IRIS_DEVTESTER_WEB_PORT_RANGE: '21205-21209' }
  const named = open({ env })
  expect((await named.assignPort('/projects/one')).port).toBe(21_200)
  expect((await named.assignPort('/projects/one', { service: 'iris-web' })).port).toBe(21_205)
  const other = open({ env, portRange: [21_203, 21_204] })
  expect((await other.assignPort('/projects/two')).port).toBe(21_203)
  expect(() => open({ env: { IRIS_DEVTESTER_PORT_RANGE: '1972' } })).toThrow('of IRIS_DEVTESTER_PORT_RANGE')
})

test('another range takes the place of the remembered one, with a warning', async () => {
  await open({ portRange: [21_200, 21_204] }).assignPort('/projects/one')
  await open({ portRange: [21_205, 21_209] }).assignPort('/projects/two')
  expect(warnings).toMatchObject([
    { code: 'RANGE_CHANGED', details: { service: 'iris', before: [21_200, 21_204], now: [21_205, 21_209] } },
  ])
  expect((await registry.assignPort('/projects/three')).port).toBe(21_206)
  expect((await registry.assignPort('/projects/one')).port).toBe(21_200)
})

test('a range can be set and taken back; assigned ports stay, and so does the range when all ports are cleared', async () => {
  await registry.setRange('iris', [21_200, 21_201])
  expect((await open().assignPort('/projects/one')).port).toBe(21_200)
  await open().assignPort('/projects/two')
  const error = await open()
    .assignPort('/projects/three')
    .catch((reason) => reason)
  expect(error).toMatchObject({
    code: 'PORT_EXHAUSTED',
    hint: expect.stringContaining('ports ranges --service iris --set 21200-21211'),
  })
  await registry.setRange('iris', [21_200, 21_211])
  expect((await open().assignPort('/projects/three')).port).toBe(21_202)
  await registry.clearAll()
  expect((await registry.ranges()).iris).toEqual([21_200, 21_211])
  await registry.setRange('iris', undefined)
  expect((await registry.ranges()).iris).toEqual([1972, 1981])
  await expect(registry.setRange('iris', [2, 1])).rejects.toMatchObject({ code: 'INVALID_RANGE' })
  await expect(registry.setRange('irs' as 'iris', [1, 2])).rejects.toMatchObject({ code: 'UNKNOWN_SERVICE' })
})

test.for(['node', 'static', 'python', 'php'] as const)('the environment names the range of %s', async (service) => {
  const env = { [`IRIS_DEVTESTER_${service.toUpperCase()}_PORT_RANGE`]: '21200-21201' }
  expect((await open({ env }).assignPort('/projects/one', { service })).port).toBe(21_200)
  expect((await registry.assignPort('/projects/two', { service })).port).toBe(21_201)
  expect(await codeOf(registry.assignPort('/projects/three', { service, preferredPort: 21_202 }))).toBe(
    'PORT_OUT_OF_RANGE',
  )
})
