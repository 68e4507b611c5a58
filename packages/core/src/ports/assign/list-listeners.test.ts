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
      expect(listListeners((one) => one === port, known)).toMatchObject([{ port, pid: process.pid }])
    }
    expect(known.size).toBe(1)
    expect(listListeners(() => false)).toEqual([])
    server.close()
    await once(server, 'close')
    expect(listListeners((one) => one === port, known)).toEqual([])
    expect(known.size).toBe(0)
  },
)
