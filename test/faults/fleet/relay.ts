import { connect, createServer, type Server } from 'node:net'

/** Passes everything on to a server, counts reads, and may break the connection when the answer to the next commit comes. */
export class Relay implements AsyncDisposable {
  dropped = 0
  /** How many reads of the registry have passed. */
  reads = 0
  #drops = false
  readonly #server: Server

  private constructor(server: Server) {
    this.#server = server
  }

  static async to(port: number): Promise<Relay> {
    const server = createServer()
    const relay = new Relay(server)
    server.on('connection', (client) => {
      const target = connect(port, '127.0.0.1')
      let hasCommit = false
      client.on('data', (data) => {
        hasCommit ||= /iris_devtester[._]commit/.test(data.toString('latin1'))
        if (/iris_devtester[._]read/.test(data.toString('latin1'))) relay.reads += 1
        target.write(data)
      })
      target.on('data', (data) => {
        if (!hasCommit || !relay.#drops) return client.write(data)
        relay.#drops = false
        relay.dropped += 1
        client.destroy()
        return target.destroy()
      })
      for (const [one, other] of [
        [client, target],
        [target, client],
      ] as const) {
        one.on('error', () => other.destroy())
        one.on('close', () => other.destroy())
      }
    })
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
    return relay
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port
  }

  dropNextAnswer(): void {
    this.#drops = true
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close()
  }
}
