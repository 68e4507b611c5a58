import { expect, test } from 'vitest'
import type { EngineEndpoint } from '../engine/engine-endpoint.ts'
import { type HostAddress, hostAddress, type ProcessLocation } from './host-address.ts'

const SOCKET: EngineEndpoint = { kind: 'socket', path: '/var/run/docker.sock', source: 'default' }
const tcp = (host: string): EngineEndpoint => ({ kind: 'tcp', host, port: 2375, source: 'DOCKER_HOST' })

test.each<[string, EngineEndpoint, string | undefined, ProcessLocation, HostAddress]>([
  ['this machine', SOCKET, undefined, {}, { bindAddress: '127.0.0.1', host: '127.0.0.1' }],
  ['this machine, for everybody', SOCKET, '0.0.0.0', {}, { bindAddress: '0.0.0.0', host: '127.0.0.1' }],
  ['this machine, for everybody by IPv6', SOCKET, '::', {}, { bindAddress: '::', host: '::1' }],
  ['this machine, one address', SOCKET, '192.168.1.5', {}, { bindAddress: '192.168.1.5', host: '192.168.1.5' }],
  ['this machine, by TCP', tcp('127.0.0.1'), undefined, {}, { bindAddress: '127.0.0.1', host: '127.0.0.1' }],
  ['this machine, by name', tcp('localhost'), undefined, {}, { bindAddress: '127.0.0.1', host: '127.0.0.1' }],
  ['this machine, by IPv6', tcp('::1'), undefined, {}, { bindAddress: '127.0.0.1', host: '127.0.0.1' }],
  ['another machine', tcp('build.example.com'), undefined, {}, { bindAddress: '0.0.0.0', host: 'build.example.com' }],
  ['another machine, one address', tcp('10.0.0.2'), '10.0.0.2', {}, { bindAddress: '10.0.0.2', host: '10.0.0.2' }],
  [
    'from a sibling container',
    SOCKET,
    undefined,
    { gateway: '172.17.0.1' },
    { bindAddress: '0.0.0.0', host: '172.17.0.1' },
  ],
  [
    'where the user says',
    SOCKET,
    undefined,
    { gateway: '172.17.0.1', override: 'host.docker.internal' },
    { bindAddress: '0.0.0.0', host: 'host.docker.internal' },
  ],
])('%s', (_, endpoint, bindAddress, around, expected) => {
  expect(hostAddress(endpoint, bindAddress, around)).toEqual(expected)
})
