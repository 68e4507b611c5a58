import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

const SCRIPT = `
const [protocol, host, port] = process.argv.slice(1)
const ready = () => console.log('ready')
const isIpv6 = host.includes(':')
if (protocol === 'tcp') require('node:net').createServer().listen({ host, port: Number(port), ipv6Only: isIpv6 }, ready)
else require('node:dgram').createSocket({ type: isIpv6 ? 'udp6' : 'udp4', ipv6Only: isIpv6 }).bind(Number(port), host, ready)
`

/** Another process that has bound a socket to a port. */
export class SocketHolder implements AsyncDisposable {
  readonly #child: ChildProcess

  private constructor(child: ChildProcess) {
    this.#child = child
  }

  static async start(protocol: 'tcp' | 'udp', host: string, port: number): Promise<SocketHolder> {
    const child = spawn(process.execPath, ['-e', SCRIPT, protocol, host, String(port)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const started = await Promise.race([once(child.stdout, 'data'), once(child, 'exit').then(() => undefined)])
    if (started === undefined) throw new Error(`${protocol} ${host} ${port} could not be bound.`)
    return new SocketHolder(child)
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await ended
  }
}
