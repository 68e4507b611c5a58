import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const PROGRAM = fileURLToPath(import.meta.url)

/** A server of this machine as one in the same data centre looks: each way takes a while. A process of its own passes on. */
export class DistantServer implements AsyncDisposable {
  readonly port: number
  readonly #process: ChildProcess

  private constructor(process: ChildProcess, port: number) {
    this.#process = process
    this.port = port
  }

  /** @param eachWayMs how long what is sent is under way, in ms */
  static async at(port: number, eachWayMs: number): Promise<DistantServer> {
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', PROGRAM, `${port}`, `${eachWayMs}`],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
    return new DistantServer(child, Number(line))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#process, 'exit')
    this.#process.kill()
    await ended
  }
}

if (process.argv[1] === PROGRAM) passOn(Number(process.argv[2]), Number(process.argv[3]))

function passOn(port: number, eachWayMs: number): void {
  const underWay: { readonly due: number; readonly to: Socket; readonly data: Buffer }[] = []
  // Timers are no more exact than a millisecond.
  const deliver = () => {
    for (let next = underWay[0]; next && next.due <= performance.now(); next = underWay[0]) {
      underWay.shift()
      next.to.write(next.data)
    }
    if (underWay.length > 0) setImmediate(deliver)
  }
  const server = createServer((client) => {
    const target = connect(port, '127.0.0.1')
    for (const [from, to] of [
      [client, target],
      [target, client],
    ] as const) {
      from.setNoDelay()
      from.on('data', (data) => {
        underWay.push({ due: performance.now() + eachWayMs, to, data })
        if (underWay.length === 1) deliver()
      })
      from.on('error', () => to.destroy())
      from.on('close', () => to.destroy())
    }
  })
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    console.log(typeof address === 'object' && address ? address.port : 0)
  })
}
