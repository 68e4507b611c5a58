import { rmSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EngineEndpoint } from '../../../packages/core/src/engine/engine-endpoint.ts'

/** A socket in front of the engine, which can hang or vanish while the engine itself goes on. */
export class EngineProxy implements AsyncDisposable {
  readonly path = join(tmpdir(), `iris-engine-${crypto.randomUUID().slice(0, 8)}.sock`)
  readonly #target: EngineEndpoint
  readonly #sockets = new Set<Socket>()
  #server: Server | undefined
  #hangs = false

  constructor(target: EngineEndpoint) {
    this.#target = target
  }

  /** In `DOCKER_HOST`'s form. */
  get address(): string {
    return `unix://${this.path}`
  }

  async up(): Promise<void> {
    this.#hangs = false
    this.#server = createServer({ allowHalfOpen: true }, (client) => this.#pass(client))
    await new Promise<void>((resolve) => this.#server?.listen(this.path, resolve))
  }

  /** Connections are accepted, but nothing goes through any more. */
  hang(): void {
    this.#hangs = true
    for (const socket of this.#sockets) socket.pause().unpipe()
  }

  async down(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#sockets.clear()
    const server = this.#server
    this.#server = undefined
    if (server) await new Promise((resolve) => server.close(resolve))
    rmSync(this.path, { force: true })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.down()
  }

  #pass(client: Socket): void {
    this.#keep(client)
    if (this.#hangs) return
    const engine = connect(
      this.#target.kind === 'socket'
        ? { path: this.#target.path, allowHalfOpen: true }
        : { host: this.#target.host, port: this.#target.port, allowHalfOpen: true },
    )
    this.#keep(engine)
    client.pipe(engine).pipe(client)
    client.once('close', () => engine.destroy())
    engine.once('close', () => client.destroy())
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.once('close', () => this.#sockets.delete(socket))
  }
}
