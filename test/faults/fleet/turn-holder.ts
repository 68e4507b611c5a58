/** Has its turn at changing the registry at the address, says so, and does nothing with it. */
import { createPostgresStore } from '@iris-devtester/postgres'

const [, , url = '', engine = ''] = process.argv
const store = createPostgresStore({ url, registryId: url, engine: async () => ({ id: engine }) })
await store.read()
await store.inTurn(async () => {
  console.log('has its turn')
  await new Promise((resolve) => setTimeout(resolve, 600_000))
}, performance.now() + 600_000)
