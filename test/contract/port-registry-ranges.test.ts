import { expect, test } from 'vitest'
import { codeOf, FIRST, open, registry, useRegistry, warnings } from './registry-fixture.ts'

useRegistry()

test('a range that one user names holds for all who name none, from its first assignment on', async () => {
  const wide = open({ portRange: [FIRST, FIRST + 19] })
  expect((await registry.ranges()).iris).toEqual([1972, 1981])
  expect((await wide.assignPort('/projects/one')).port).toBe(FIRST)
  expect((await registry.assignPort('/projects/two')).port).toBe(FIRST + 1)
  expect(await registry.ranges()).toMatchObject({ iris: [FIRST, FIRST + 19], 'iris-web': [52_773, 52_792] })
  expect((await registry.assignPort('/projects/three', { preferredPort: FIRST + 19 })).port).toBe(FIRST + 19)
  expect(await codeOf(registry.assignPort('/projects/four', { preferredPort: 1972 }))).toBe('PORT_OUT_OF_RANGE')
  expect(warnings).toEqual([])
})

test('the environment names ranges, the options go before it', async () => {
  const env = {
    IRIS_DEVTESTER_PORT_RANGE: `${FIRST}-${FIRST + 4}`,
    IRIS_DEVTESTER_WEB_PORT_RANGE: `${FIRST + 5}-${FIRST + 9}`,
  }
  const named = open({ env })
  expect((await named.assignPort('/projects/one')).port).toBe(FIRST)
  expect((await named.assignPort('/projects/one', { service: 'iris-web' })).port).toBe(FIRST + 5)
  const other = open({ env, portRange: [FIRST + 3, FIRST + 4] })
  expect((await other.assignPort('/projects/two')).port).toBe(FIRST + 3)
  expect(() => open({ env: { IRIS_DEVTESTER_PORT_RANGE: '1972' } })).toThrow('of IRIS_DEVTESTER_PORT_RANGE')
})

test('another range takes the place of the remembered one, with a warning', async () => {
  await open({ portRange: [FIRST, FIRST + 4] }).assignPort('/projects/one')
  await open({ portRange: [FIRST + 5, FIRST + 9] }).assignPort('/projects/two')
  expect(warnings).toMatchObject([
    { code: 'RANGE_CHANGED', details: { service: 'iris', before: [FIRST, FIRST + 4], now: [FIRST + 5, FIRST + 9] } },
  ])
  expect((await registry.assignPort('/projects/three')).port).toBe(FIRST + 6)
  expect((await registry.assignPort('/projects/one')).port).toBe(FIRST)
})

test('a range can be set and taken back; assigned ports stay, and so does the range when all ports are cleared', async () => {
  await registry.setRange('iris', [FIRST, FIRST + 1])
  expect((await open().assignPort('/projects/one')).port).toBe(FIRST)
  await open().assignPort('/projects/two')
  const error = await open()
    .assignPort('/projects/three')
    .catch((reason) => reason)
  expect(error).toMatchObject({
    code: 'PORT_EXHAUSTED',
    hint: expect.stringContaining(`ports ranges --service iris --set ${FIRST}-${FIRST + 11}`),
  })
  await registry.setRange('iris', [FIRST, FIRST + 11])
  expect((await open().assignPort('/projects/three')).port).toBe(FIRST + 2)
  await registry.clearAll()
  expect((await registry.ranges()).iris).toEqual([FIRST, FIRST + 11])
  await registry.setRange('iris', undefined)
  expect((await registry.ranges()).iris).toEqual([1972, 1981])
  await expect(registry.setRange('iris', [2, 1])).rejects.toMatchObject({ code: 'INVALID_RANGE' })
  await expect(registry.setRange('irs' as 'iris', [1, 2])).rejects.toMatchObject({ code: 'UNKNOWN_SERVICE' })
})

test.for(['node', 'static', 'python', 'php'] as const)('the environment names the range of %s', async (service) => {
  const env = { [`IRIS_DEVTESTER_${service.toUpperCase()}_PORT_RANGE`]: `${FIRST}-${FIRST + 1}` }
  expect((await open({ env }).assignPort('/projects/one', { service })).port).toBe(FIRST)
  expect((await registry.assignPort('/projects/two', { service })).port).toBe(FIRST + 1)
  expect(await codeOf(registry.assignPort('/projects/three', { service, preferredPort: FIRST + 2 }))).toBe(
    'PORT_OUT_OF_RANGE',
  )
})
