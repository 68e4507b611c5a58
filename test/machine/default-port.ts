import { once } from 'node:events'
import { createServer } from 'node:net'

/** The port that a container without a registry is on. A few tests are about that port, so they must have it. */
export const DEFAULT_PORT = 1972

/** Whether something of this machine, such as a developer's own IRIS, has the default port. */
export async function isDefaultPortTaken(): Promise<boolean> {
  const server = createServer().listen(DEFAULT_PORT, '127.0.0.1')
  try {
    await once(server, 'listening')
    return false
  } catch {
    return true
  } finally {
    server.close()
  }
}
