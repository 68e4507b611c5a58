import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect, test } from 'vitest'
import { type KnownListeners, listListeners } from './find-listener.ts'

test.runIf(process.platform === 'linux')(
  'a process that listens is listed with its id, and gone when it has ended',
  async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const known: KnownListeners = new Map()
    for (let round = 0; round < 2; round += 1) {
      expect(listListeners((one) => one === port, known)).toMatchObject([
        { port, pid: process.pid, since: expect.any(String) },
      ])
    }
    expect(known.size).toBe(1)
    const [since] = [...known.values()].map((one) => Date.parse(one?.since ?? ''))
    // The boot's time is told in whole seconds.
    expect(Math.abs((since ?? 0) - (Date.now() - process.uptime() * 1_000))).toBeLessThan(10_000)
    expect(listListeners(() => false)).toEqual([])
    server.close()
    await once(server, 'close')
    expect(listListeners((one) => one === port, known)).toEqual([])
    expect(known.size).toBe(0)
  },
)
