import { connect, createServer, type Server, type Socket } from 'node:net'

/** Passes everything on to a server, counts reads, and may break the connection when the answer to the next commit comes. */
export class Relay implements AsyncDisposable {
  dropped = 0
  /** How many reads of the registry have passed. */
  reads = 0
  /** How many packets of requests have passed: one for each round trip. */
  requests = 0
  #drops = false
  #state: 'open' | 'closed' | 'silent' = 'open'
  readonly #sockets = new Set<Socket>()
  readonly #server: Server

  private constructor(server: Server) {
    this.#server = server
  }

  static async to(port: number): Promise<Relay> {
    const server = createServer()
    const relay = new Relay(server)
    server.on('connection', (client) => {
      relay.#sockets.add(client.once('close', () => relay.#sockets.delete(client)))
      if (relay.#state === 'closed') return client.destroy()
      if (relay.#state === 'silent') return undefined
      const target = connect(port, '127.0.0.1')
      let hasCommit = false
      client.on('data', (data) => {
        if (relay.#state === 'silent') return
        relay.requests += 1
        hasCommit ||= /iris_devtester[._]commit/.test(data.toString('latin1'))
        if (/iris_devtester[._]read/.test(data.toString('latin1'))) relay.reads += 1
        target.write(data)
      })
      target.on('data', (data) => {
        if (relay.#state === 'silent') return undefined
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

  /** Cuts the network: connections break and none can be made, or nothing that is sent arrives. */
  cut(how: 'closed' | 'silent' = 'closed'): void {
    this.#state = how
    if (how === 'closed') for (const socket of this.#sockets) socket.destroy()
  }

  /** The network is back. What a silent one has swallowed stays lost, as do its connections. */
  mend(): void {
    this.#state = 'open'
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
  }
}
