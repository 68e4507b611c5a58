import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('container-main.ts', import.meta.url))

/** What a process of its own does with one container. */
export interface ContainerTask {
  readonly image: string
  /** Absolute path; without one there is no registry. */
  readonly projectPath?: string
  readonly environment?: Readonly<Record<string, string>>
  readonly startupTimeoutMs?: number
  /** What it does once the container is ready: `stop` it and end by itself, or `stay`. */
  readonly afterwards: 'stop' | 'stay'
}

/** What it says, a line of JSON each. */
export type ContainerReport =
  | {
      readonly event: 'ready'
      readonly id: string
      readonly name: string
      readonly host: string
      readonly port: number
      readonly rows: unknown
    }
  | { readonly event: 'stopped' }
  | {
      readonly event: 'failed'
      readonly name: string
      readonly code: string
      readonly message: string
      readonly milliseconds: number
    }

/** A real process that starts one container, to be killed or to be waited for. */
export class ContainerProcess implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #reports: ContainerReport[] = []
  #errors = ''
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>

  /** @param env its whole environment beside `PATH` and `HOME` of a folder that has no Docker configuration. */
  constructor(task: ContainerTask, env: Readonly<Record<string, string>>) {
    this.#child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, JSON.stringify(task)], {
      env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let rest = ''
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) this.#reports.push(JSON.parse(line) as ContainerReport)
      this.#child.emit('report')
    })
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#errors += text
    })
    this.ended = once(this.#child, 'close').then(([code, signal]) => ({ code, signal }))
  }

  /** Its first report of this kind; fails when it ends without. */
  async report<Event extends ContainerReport['event']>(
    event: Event,
  ): Promise<Extract<ContainerReport, { event: Event }>> {
    for (;;) {
      const found = this.#reports.find((one) => one.event === event)
      if (found) return found as Extract<ContainerReport, { event: Event }>
      const over = await Promise.race([once(this.#child, 'report').then(() => false), this.ended.then(() => true)])
      if (over && !this.#reports.some((one) => one.event === event)) {
        throw new Error(`It ended without "${event}": ${JSON.stringify(this.#reports)}\n${this.#errors}`)
      }
    }
  }

  get errors(): string {
    return this.#errors
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.kill('SIGKILL')
    await this.ended
  }
}
