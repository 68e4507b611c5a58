import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The built program. */
export const PROGRAM = fileURLToPath(new URL('../../../packages/cli/dist/main.js', import.meta.url))

export interface Outcome {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface StartOptions {
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly input?: string
  /** Default: the project's folder. */
  readonly cwd?: string
}

/** A project's folder, and the command line used in it. */
export class CommandLine implements Disposable {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'iris-cli-')))
  readonly env: Readonly<Record<string, string | undefined>>

  /** @param env what every process gets: its registry above all. */
  constructor(env: Readonly<Record<string, string | undefined>>) {
    this.env = { ...cleanEnvironment(), ...env }
  }

  write(name: string, content: string): string {
    const path = join(this.folder, name)
    writeFileSync(path, content)
    return path
  }

  /** Runs the program to its end. */
  async run(words: readonly string[], options: StartOptions = {}): Promise<Outcome> {
    return this.start(words, options).ended
  }

  /** Runs it to its end and reads what `--json` printed. */
  async json<T>(words: readonly string[]): Promise<{ readonly exitCode: number | null; readonly value: T }> {
    const { exitCode, stdout } = await this.run([...words, '--json'])
    return { exitCode, value: JSON.parse(stdout) as T }
  }

  start(words: readonly string[], { env, input, cwd = this.folder }: StartOptions = {}) {
    const child = spawn(process.execPath, [PROGRAM, ...words], { cwd, env: { ...this.env, ...env } })
    child.stdin.end(input ?? '')
    return { child, ...collect(child) }
  }

  /** Runs a line of shell in which `$PROGRAM` is the program. */
  async shell(line: string): Promise<Outcome> {
    const env = { ...this.env, PROGRAM: `${process.execPath} ${PROGRAM}` }
    return collect(spawn('bash', ['-o', 'pipefail', '-c', line], { cwd: this.folder, env })).ended
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** What a child has written so far, and how it ended. */
export function collect(child: ChildProcess) {
  const written = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      written[name] += text
    })
  }
  const ended = new Promise<Outcome>((resolve) => {
    child.once('close', (exitCode) => resolve({ exitCode, ...written }))
  })
  return { written, ended }
}

function cleanEnvironment(): NodeJS.ProcessEnv {
  const foreign =
    /^(VITEST|NODE_ENV|NODE_OPTIONS|NO_COLOR|FORCE_COLOR|DEBUG|CI$|IRIS_(?!IMAGE|DEVTESTER_(WEB_)?PORT_RANGE))/
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)))
}
