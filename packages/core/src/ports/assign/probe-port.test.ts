import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, expect, test } from 'vitest'
import { probePort } from './probe-port.ts'

const PORT = 21_640

describe('a port', () => {
  test('that is not held is free, and is free afterwards', async () => {
    expect(await probePort(PORT, { udp: true })).toBe('free')
    const server = createServer().listen(PORT)
    await once(server, 'listening')
    server.close()
    await once(server, 'close')
  })

  test.each(['0.0.0.0', '127.0.0.1', '::1', '::'])('held over TCP on %s is busy', async (host) => {
    const server = createServer().listen(PORT + 1, host)
    await once(server, 'listening')
    expect(await probePort(PORT + 1)).toBe('busy')
    server.close()
    await once(server, 'close')
  })

  test.each([
    ['udp4', '127.0.0.1'],
    ['udp6', '::1'],
  ] as const)('held over %s on %s alone is busy to who needs UDP', async (type, address) => {
    const socket = createSocket(type).bind(PORT + 2, address)
    await once(socket, 'listening')
    expect(await Promise.all([probePort(PORT + 2), probePort(PORT + 2, { udp: true })])).toEqual(['free', 'busy'])
    socket.close()
    await once(socket, 'close')
  })

  test('that several try at once is not found busy for that', async () => {
    const tries = Array.from({ length: 20 }, (_, index) => probePort(PORT + 3, { udp: index % 2 === 0 }))
    expect(new Set(await Promise.all(tries))).toEqual(new Set(['free']))
  })
})
