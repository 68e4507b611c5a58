import { once } from 'node:events'
import { createServer } from 'node:net'

/** The port that a container without a registry is on. A few tests are about that port, so they must have it. */
export const DEFAULT_PORT = 1972

/** The same for its web server. */
export const DEFAULT_WEB_PORT = 52_773

/** Whether something of this machine, such as a developer's own IRIS, has one of the default ports. */
export async function areDefaultPortsTaken(): Promise<boolean> {
  return (await isTaken(DEFAULT_PORT)) || (await isTaken(DEFAULT_WEB_PORT))
}

async function isTaken(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
    return false
  } catch {
    return true
  } finally {
    server.close()
  }
}
