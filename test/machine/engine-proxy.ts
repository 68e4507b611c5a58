import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import type { EngineEndpoint } from '../../packages/core/src/engine/engine-endpoint.ts'

export interface EngineProxyOptions {
  /** Where it listens: a socket's path, or a port of 127.0.0.1. */
  readonly at: string | number
  readonly engine: EngineEndpoint
  /** What a client sends is matched against this; the first match makes the engine hang or go away. */
  readonly when?: RegExp
  readonly reaction?: 'hang' | 'leave'
}

/** Stands before an engine, and can hang or go away as an engine can, without harm to whoever else uses it. */
export class EngineProxy implements AsyncDisposable {
  readonly #options: EngineProxyOptions
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #hangs = false

  private constructor(options: EngineProxyOptions) {
    this.#options = options
    this.#server = createServer((client) => this.#serve(client))
  }

  static async start(options: EngineProxyOptions): Promise<EngineProxy> {
    const proxy = new EngineProxy(options)
    const { at } = options
    proxy.#server.listen(typeof at === 'string' ? { path: at } : { port: at, host: '127.0.0.1' })
    await once(proxy.#server, 'listening')
    return proxy
  }

  /** Accepts, and answers nothing any more. */
  hang(): void {
    this.#hangs = true
    for (const socket of this.#sockets) socket.pause()
  }

  /** Closes every connection and accepts no more. */
  leave(): void {
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
  }

  #serve(client: Socket): void {
    const { engine, when, reaction } = this.#options
    const upstream = engine.kind === 'socket' ? connect(engine.path) : connect({ host: engine.host, port: engine.port })
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      this.#sockets.add(socket)
      socket.on('data', (chunk) => {
        if (socket === client && when?.test(chunk.toString('latin1'))) this[reaction ?? 'hang']()
        if (!this.#hangs && !other.destroyed) other.write(chunk)
      })
      socket.on('end', () => {
        if (!this.#hangs) other.end()
      })
      socket.on('close', () => {
        this.#sockets.delete(socket)
        if (!this.#hangs) other.destroy()
      })
      socket.on('error', () => {})
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#hangs = false
    this.leave()
  }
}
