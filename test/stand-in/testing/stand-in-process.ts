import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const SOURCES = fileURLToPath(new URL('../src/', import.meta.url))

/** Lets the accounts of a fresh instance in, as every caller has to do somehow. */
export const UNLOCK = `[Actions]
ModifyUser:Name=_SYSTEM,ChangePassword=0,PasswordNeverExpires=1
`

export interface ProcessOptions {
  /** Switches without their `STANDIN_`. */
  readonly switches?: Readonly<Record<string, string | number>>
  readonly flags?: readonly string[]
  /** The merge file's text. Default: {@link UNLOCK}; `''` for none. */
  readonly merge?: string
}

/** The stand-in as a plain process on this machine, on ports the system chooses, in a folder of its own. */
export class StandInProcess {
  readonly home: string
  readonly #child: ChildProcess
  readonly #exit: Promise<number | null>
  #output = ''
  #superserver = 0
  #web = 0

  private constructor(home: string, child: ChildProcess) {
    this.home = home
    this.#child = child
    this.#exit = once(child, 'exit').then(([code]) => code as number | null)
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text
      })
    }
  }

  /** Starts it without waiting for anything. */
  static async launch({ switches = {}, flags = [], merge = UNLOCK }: ProcessOptions = {}): Promise<StandInProcess> {
    const home = await mkdtemp(join(tmpdir(), 'stand-in-'))
    const env: Record<string, string> = {
      PATH: process.env.PATH ?? '',
      STANDIN_HOME: home,
      STANDIN_SUPERSERVER_PORT: '0',
      STANDIN_WEB_PORT: '0',
      STANDIN_BOOT_MS: '20',
    }
    for (const [name, value] of Object.entries(switches)) env[`STANDIN_${name}`] = String(value)
    if (merge !== '') {
      env.ISC_CPF_MERGE_FILE = join(home, 'merge.cpf')
      await writeFile(env.ISC_CPF_MERGE_FILE, merge)
    }
    const main = join(SOURCES, 'iris-main.ts')
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...flags], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    return new StandInProcess(home, child)
  }

  /** Starts it and waits until it says that it has. */
  static async start(options: ProcessOptions = {}): Promise<StandInProcess> {
    const started = await StandInProcess.launch(options)
    await started.waitFor('...started')
    const { output } = await started.iris(['qlist', 'IRIS'])
    const [, , , , , superserver, web] = output.split('^')
    started.#superserver = Number(superserver)
    started.#web = Number(web)
    return started
  }

  get superserver(): number {
    return this.#superserver
  }

  get web(): number {
    return this.#web
  }

  get output(): string {
    return this.#output
  }

  /** The end of the process: its exit code, and by then its whole output. */
  get exit(): Promise<number | null> {
    return this.#exit
  }

  /** Waits until the log holds `text`; fails with the log when the process ends before. */
  async waitFor(text: string): Promise<void> {
    let ended = false
    void this.#exit.then(() => {
      ended = true
    })
    while (!this.#output.includes(text)) {
      if (ended) throw new Error(`The stand-in ended without "${text}":\n${this.#output}`)
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }

  /** Runs the `iris` command against it. */
  async iris(
    args: readonly string[],
    { stdin = '', env = {} }: { stdin?: string; env?: Record<string, string> } = {},
  ): Promise<{ output: string; exitCode: number }> {
    const command = ['--disable-warning=ExperimentalWarning', join(SOURCES, 'iris-command.ts'), ...args]
    const child = spawn(process.execPath, command, { env: { STANDIN_HOME: this.home, ...env } })
    child.stdin.end(stdin)
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
      })
    }
    const [exitCode] = (await once(child, 'close')) as [number]
    return { output, exitCode }
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kill('SIGKILL')
    await this.#exit
    await rm(this.home, { recursive: true, force: true })
  }
}
