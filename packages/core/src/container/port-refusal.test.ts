import { describe, expect, test } from 'vitest'
import { EngineError } from '../engine/engine-error.ts'
import { isPortRefusal, portConflict, portRefusalIn, refusedPort } from './port-refusal.ts'

describe("the engine's words for a port that it can't bind", () => {
  test.each([
    [
      'driver failed programming external connectivity on endpoint iris_ab12cd34_1975 (9f8e): Bind for 127.0.0.1:1972 failed: port is already allocated',
      1972,
    ],
    ['Bind for 0.0.0.0:1972 failed: port is already allocated', 1972],
    ['Bind for :::1972 failed: port is already allocated', 1972],
    ['Error starting userland proxy: listen tcp4 127.0.0.1:52773: bind: address already in use', 52_773],
    ['Error starting userland proxy: listen tcp6 [::]:52773: bind: address already in use', 52_773],
    ['failed to bind host port for 127.0.0.1:1972:172.17.0.2:1972/tcp: address already in use', 1972],
    [
      'Ports are not available: exposing port TCP 127.0.0.1:1972 -> 127.0.0.1:0: listen tcp 127.0.0.1:1972: bind: Only one usage of each socket address',
      1972,
    ],
    [
      'Ports are not available: listen tcp 0.0.0.0:1972: bind: An attempt was made to access a socket in a way forbidden by its access permissions.',
      1972,
    ],
    ['rootlessport cannot expose: listen tcp :1972: bind: address already in use', 1972],
  ])('%s', (reason, port) => {
    expect(isPortRefusal(reason)).toBe(true)
    expect(refusedPort(reason)).toBe(port)
  })

  test.each([
    'OCI runtime create failed: exec: "/nope": no such file or directory',
    'Conflict. The container name "/iris_ab_1972" is already in use by container "abc"',
    'No such image: iris:latest',
  ])('not: %s', (reason) => {
    expect(isPortRefusal(reason)).toBe(false)
  })

  test('a refusal without a port names none', () => {
    expect(refusedPort('Ports are not available')).toBeUndefined()
  })
})

test('only an error of the engine is a refusal', () => {
  const reason = 'Bind for 0.0.0.0:1972 failed: port is already allocated'
  const error = new EngineError({ code: 'ENGINE_REQUEST_FAILED', message: 'refused', details: { reason } })
  expect(portRefusalIn(error)).toBe(reason)
  expect(portRefusalIn(new Error(reason))).toBeUndefined()
  expect(portRefusalIn(new EngineError({ code: 'ENGINE_TIMEOUT', message: 'late' }))).toBeUndefined()
})

test('a conflict names the port, or says how to find out about one that the engine did not name', () => {
  const cause = new Error('refused')
  expect(portConflict('address already in use\n', 1972, cause)).toMatchObject({
    code: 'PORT_IN_USE',
    message: expect.stringMatching(/^Port 1972 .*: address already in use$/m),
    hint: expect.stringContaining('lsof -nP -i :1972'),
    cause,
  })
  expect(portConflict('Ports are not available', undefined, cause)).toMatchObject({
    message: expect.stringMatching(/^A port of this machine/),
    hint: expect.stringContaining('docker ps --filter publish=<port>'),
  })
})
