import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { shellWord } from '../errors/shell-word.ts'
import type { SshEndpoint } from './engine-endpoint.ts'

/** How long a login may take, in seconds. */
const CONNECT_TIMEOUT_S = 10
/** How much of what ssh says is kept, in characters. */
const LAST_WORDS = 2_000

/**
 * A connection to another machine's engine: `ssh … docker system dial-stdio`, as the Docker CLI makes it. Keys, agent and
 * host keys are left to ssh; it must not ask for anything, because a test run has nobody to answer.
 *
 * It has what `node:http` calls on a socket beyond a stream.
 */
export class SshConnection extends Duplex {
  readonly #child: ChildProcessWithoutNullStreams
  #said = ''
  #hasAnswered = false
  #idle: NodeJS.Timeout | undefined
  #idleMs = 0
  #how: 'ref' | 'unref' = 'ref'

  constructor(endpoint: SshEndpoint) {
    super()
    this.#child = spawn('ssh', sshArguments(endpoint), { stdio: 'pipe', windowsHide: true })
    const { stdout, stderr, stdin } = this.#child
    stdout.on('data', (chunk: Buffer) => {
      this.#hasAnswered = true
      this.#touch()
      if (!this.push(chunk)) stdout.pause()
    })
    stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#said = (this.#said + text).slice(-LAST_WORDS)
    })
    // What is written to a child that has ended is told by its end.
    stdin.on('error', () => {})
    this.#child.once('error', (error) => this.destroy(error))
    this.#child.once('close', () => {
      if (this.#hasAnswered) this.push(null)
      else this.destroy(new Error(this.#said.trim().split('\n').at(-1) || 'ssh ended without an answer'))
    })
  }

  override _read(): void {
    this.#child.stdout.resume()
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#touch()
    this.#child.stdin.write(chunk, () => done())
  }

  override _final(done: () => void): void {
    this.#child.stdin.end(done)
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.#idle)
    this.#child.kill()
    done(error)
  }

  setTimeout(milliseconds: number, listener?: () => void): this {
    if (listener && milliseconds === 0) this.off('timeout', listener)
    else if (listener) this.once('timeout', listener)
    this.#idleMs = milliseconds
    this.#touch()
    return this
  }

  setKeepAlive(): this {
    return this
  }

  setNoDelay(): this {
    return this
  }

  ref(): this {
    return this.#hold('ref')
  }

  unref(): this {
    return this.#hold('unref')
  }

  #hold(how: 'ref' | 'unref'): this {
    this.#how = how
    this.#child[how]()
    for (const stream of [this.#child.stdin, this.#child.stdout, this.#child.stderr]) (stream as Socket)[how]()
    this.#idle?.[how]()
    return this
  }

  #touch(): void {
    clearTimeout(this.#idle)
    this.#idle = this.#idleMs > 0 ? setTimeout(() => this.emit('timeout'), this.#idleMs) : undefined
    this.#idle?.[this.#how]()
  }
}

/** What ssh is called with. */
export function sshArguments({ host, user, port, path }: SshEndpoint): string[] {
  return [
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...['-o', `ConnectTimeout=${CONNECT_TIMEOUT_S}`, '-o', 'BatchMode=yes', '-T', '--', host],
    ...['docker', ...(path === undefined ? [] : ['--host', shellWord(`unix://${path}`)]), 'system', 'dial-stdio'],
  ]
}
