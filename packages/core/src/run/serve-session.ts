import { createInterface } from 'node:readline'
import type { Duplex } from 'node:stream'
import { SESSION_PROTOCOL } from '../connection/holder-session.ts'
import type { SqlSession } from '../connection/sql-session.ts'
import { debugLog } from '../debug/debug-log.ts'

const debug = debugLog('lease')

/**
 * Lets a worker speak with a session in the container, a request and its answer a line of JSON each. The session ends with
 * the worker's connection.
 *
 * @param refusal makes an error's answer of what opening the session has failed with.
 */
export async function serveSession(
  open: () => Promise<SqlSession>,
  socket: Duplex,
  refusal: (error: unknown) => string,
): Promise<void> {
  socket.on('error', (error) => debug.swallowed('speak with a worker', error))
  let session: SqlSession
  try {
    session = await open()
  } catch (error) {
    socket.end(`HTTP/1.1 500 Internal Server Error\r\nConnection: close\r\n\r\n${refusal(error)}`)
    return
  }
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${SESSION_PROTOCOL}\r\n\r\n`)
  try {
    for await (const line of createInterface({ input: socket, crlfDelay: Number.POSITIVE_INFINITY })) {
      const answer = session.run(JSON.parse(line)).catch((error: Error) => JSON.stringify({ problem: error.message }))
      socket.write(`${await answer}\n`)
    }
  } catch (error) {
    debug.swallowed('run a statement in a session', error)
  } finally {
    await session.close()
    socket.end()
  }
}
