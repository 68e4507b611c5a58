import { expect, vi } from 'vitest'
import type { CommandLine, StartOptions } from '../cli/command-line.ts'
import type { ServerAddress } from './agent.ts'

/** `mcp --http` in a process of its own, which ends with the test. */
export class HttpServer implements AsyncDisposable, ServerAddress {
  readonly url: string
  readonly token: string
  readonly #run: ReturnType<CommandLine['start']>

  private constructor(run: ReturnType<CommandLine['start']>, url: string, token: string) {
    this.#run = run
    this.url = url
    this.token = token
  }

  static async start(project: CommandLine, env: StartOptions['env'] = {}): Promise<HttpServer> {
    const run = project.start(['mcp', '--http'], { env })
    await vi.waitFor(() => expect(run.written.stdout, run.written.stderr).toMatch(/\n}\n$/), 30_000)
    const [, url = '', entry = ''] = /^serving {2}(\S+) {2}until Ctrl-C\n(.*)$/s.exec(run.written.stdout) ?? []
    const { headers } = JSON.parse(entry).mcpServers['iris-devtester']
    return new HttpServer(run, url, headers.Authorization.replace('Bearer ', ''))
  }

  get port(): number {
    return Number(new URL(this.url).port)
  }

  /** What it has written. */
  get written(): { readonly stdout: string; readonly stderr: string } {
    return this.#run.written
  }

  /** Sends a signal and waits for the end. @returns the exit code; `null` when the signal itself ended it. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.#run.child.kill(signal)
    return (await this.#run.ended).exitCode
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end('SIGTERM')
  }
}
