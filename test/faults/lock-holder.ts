import { setTimeout as delay } from 'node:timers/promises'
import { locateRegistry } from '../../packages/core/src/ports/store/registry-location.ts'
import { WriteQueue } from '../../packages/core/src/ports/store/write-queue.ts'

// Holds the registry's queue, as a writer does, until it is killed.
const [registryPath] = process.argv.slice(2)
const queue = new WriteQueue(locateRegistry({ registryPath }), 5_000)
await queue.run(async () => {
  process.send?.('ready')
  await delay(600_000)
}, performance.now() + 5_000)
