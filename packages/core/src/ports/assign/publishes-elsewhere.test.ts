import { expect, test } from 'vitest'
import type { EngineEndpoint } from '../../engine/engine-endpoint.ts'
import { publishesElsewhere } from './publishes-elsewhere.ts'

const source = 'DOCKER_HOST'
const socket: EngineEndpoint = { kind: 'socket', path: '/run/docker.sock', source }
const tcp = (host: string): EngineEndpoint => ({ kind: 'tcp', host, port: 2375, source })

test.each<[what: string, endpoint: EngineEndpoint, env: Record<string, string>, isElsewhere: boolean]>([
  ['a socket', socket, {}, false],
  ['a port of this machine', tcp('127.0.0.1'), {}, false],
  ['a port of another machine', tcp('build.example'), {}, true],
  ['a login on another machine', { kind: 'ssh', host: 'build.example', source }, {}, true],
  ['a login on this machine', { kind: 'ssh', host: 'localhost', source }, {}, false],
  ['a socket that leads to a named host', socket, { IRIS_DEVTESTER_ENGINE_HOST: 'host.docker.internal' }, true],
  ['the same, by the name that Testcontainers has for it', socket, { TESTCONTAINERS_HOST_OVERRIDE: '10.0.0.7' }, true],
  ['a tunnel from another machine', tcp('build.example'), { IRIS_DEVTESTER_ENGINE_HOST: '127.0.0.1' }, false],
])('%s', (_, endpoint, env, isElsewhere) => {
  expect(publishesElsewhere(endpoint, [], env)).toBe(isElsewhere)
})
