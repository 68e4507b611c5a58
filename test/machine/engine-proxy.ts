import { rmSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EngineEndpoint } from '../../packages/core/src/engine/engine-endpoint.ts'

export interface EngineProxyOptions {
  readonly engine: EngineEndpoint
  /** Where it listens: a socket's path, or a port of 127.0.0.1. Default: a socket of its own. */
  readonly at?: string | number
  /** What a client sends is matched against this; the first match makes the engine hang or go away. */
  readonly when?: RegExp
  readonly reaction?: 'hang' | 'leave'
}

/** Stands before an engine, and can hang, go away and come back as an engine can, without harm to whoever else uses it. */
export class EngineProxy implements AsyncDisposable {
  readonly #options: EngineProxyOptions
  readonly #at: string | number
  readonly #sockets = new Set<Socket>()
  #server: Server | undefined
  #hangs = false

  private constructor(options: EngineProxyOptions) {
    this.#options = options
    this.#at = options.at ?? join(tmpdir(), `iris-engine-${crypto.randomUUID().slice(0, 8)}.sock`)
  }

  static async start(options: EngineProxyOptions): Promise<EngineProxy> {
    const proxy = new EngineProxy(options)
    await proxy.comeBack()
    return proxy
  }

  /** In `DOCKER_HOST`'s form. */
  get address(): string {
    return typeof this.#at === 'string' ? `unix://${this.#at}` : `tcp://127.0.0.1:${this.#at}`
  }

  /** Answers again after it has hung or left. */
  async comeBack(): Promise<void> {
    await this.leave()
    this.#hangs = false
    const at = this.#at
    const server = createServer({ allowHalfOpen: true }, (client) => this.#serve(client))
    this.#server = server
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(typeof at === 'string' ? { path: at } : { port: at, host: '127.0.0.1' }, resolve)
    })
  }

  /** Accepts, and answers nothing any more. */
  hang(): void {
    this.#hangs = true
    for (const socket of this.#sockets) socket.pause()
  }

  /** Closes every connection and accepts no more. */
  async leave(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    for (const socket of this.#sockets) socket.destroy()
    if (server) await new Promise((resolve) => server.close(resolve))
    if (typeof this.#at === 'string') rmSync(this.#at, { force: true })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.leave()
  }

  #serve(client: Socket): void {
    const { engine } = this.#options
    if (engine.kind === 'ssh') throw new Error('these trials need an engine on a socket or a port')
    const target = engine.kind === 'socket' ? { path: engine.path } : { host: engine.host, port: engine.port }
    const upstream = connect({ ...target, allowHalfOpen: true })
    this.#pass(client, upstream, (chunk) => this.#react(chunk))
    this.#pass(upstream, client, () => {})
  }

  #pass(from: Socket, to: Socket, look: (chunk: Buffer) => void): void {
    this.#sockets.add(from)
    from.on('data', (chunk: Buffer) => {
      look(chunk)
      if (!this.#hangs && !to.destroyed) to.write(chunk)
    })
    from.on('end', () => {
      if (!this.#hangs) to.end()
    })
    from.on('close', () => {
      this.#sockets.delete(from)
      if (!this.#hangs) to.destroy()
    })
    from.on('error', () => from.destroy())
  }

  #react(chunk: Buffer): void {
    const { when, reaction = 'hang' } = this.#options
    if (!when?.test(chunk.toString('latin1'))) return
    if (reaction === 'hang') this.hang()
    else void this.leave()
  }
}
