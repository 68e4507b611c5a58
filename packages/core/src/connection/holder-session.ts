import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import { type ErrorParts, IrisDevtesterError } from '../errors/iris-devtester-error.ts'
import type { SqlSession } from './sql-session.ts'

/** The protocol of a session after the upgrade: a request as a line of JSON, then its answer as a line of JSON, and so on. */
export const SESSION_PROTOCOL = 'iris-sql'

/**
 * Opens a session by way of the process that holds the run's IRIS. It ends with this process.
 *
 * @param port the superserver's port, which tells instances apart.
 * @throws IrisDevtesterError what opening it has failed with.
 */
export async function openHolderSession(address: string, port: number, namespace: string): Promise<SqlSession> {
  const { request } = await import('node:http')
  const path = `/session/${port}/${encodeURIComponent(namespace)}`
  const headers = { Connection: 'Upgrade', Upgrade: SESSION_PROTOCOL }
  const socket = await new Promise<Duplex>((resolve, reject) => {
    const client = request({ socketPath: address, path, agent: false, headers })
    client.on('upgrade', (_, upgraded) => resolve(upgraded))
    client.on('response', async (response) => {
      let text = ''
      for await (const chunk of response.setEncoding('utf8')) text += chunk
      reject(new IrisDevtesterError(JSON.parse(text) as ErrorParts))
    })
    client.on('error', reject)
    client.end()
  })
  return new HolderSession(socket)
}

class HolderSession implements SqlSession {
  readonly #socket: Duplex
  readonly #waiting: { resolve(line: string): void; reject(error: Error): void }[] = []
  #text = ''

  constructor(socket: Duplex) {
    this.#socket = socket
    socket.setEncoding('utf8')
    socket.on('data', (text: string) => this.#receive(text))
    socket.on('error', (error) => this.#end(error))
    socket.on('close', () => this.#end(new Error('the process that holds the run has closed it')))
  }

  run(request: object): Promise<string> {
    return new Promise((resolve, reject) => {
      if (this.#socket.destroyed) return reject(new Error('it is closed'))
      this.#waiting.push({ resolve, reject })
      this.#socket.write(`${JSON.stringify(request)}\n`)
    })
  }

  async close(): Promise<void> {
    if (this.#socket.closed) return
    const closed = once(this.#socket, 'close')
    this.#socket.end()
    await closed
  }

  #receive(text: string): void {
    const lines = (this.#text + text).split('\n')
    this.#text = lines.pop() ?? ''
    for (const line of lines) this.#waiting.shift()?.resolve(line)
  }

  #end(error: Error): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error)
  }
}
