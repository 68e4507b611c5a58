import { expect, vi } from 'vitest'
import type { CommandLine, StartOptions } from '../cli/command-line.ts'

/** `dashboard` in a process of its own, which ends with the test. */
export class DashboardProcess implements AsyncDisposable {
  /** With the token in it. */
  readonly url: string
  readonly #run: ReturnType<CommandLine['start']>

  private constructor(run: ReturnType<CommandLine['start']>, url: string) {
    this.#run = run
    this.url = url
  }

  static async start(
    project: CommandLine,
    words: readonly string[] = ['--no-open'],
    options: StartOptions = {},
  ): Promise<DashboardProcess> {
    const run = project.start(['dashboard', ...words], options)
    await vi.waitFor(() => expect(run.written.stdout, run.written.stderr).toMatch(/until Ctrl-C\n/), 30_000)
    const [, url = ''] = /^dashboard {2}(\S+) {2}until Ctrl-C\n/.exec(run.written.stdout) ?? []
    return new DashboardProcess(run, url)
  }

  get port(): number {
    return Number(new URL(this.url).port)
  }

  get origin(): string {
    return new URL(this.url).origin
  }

  get token(): string {
    return new URL(this.url).searchParams.get('token') ?? ''
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
