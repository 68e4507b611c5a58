import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
/** What runs the projects' programs: another Node than ours where a version is to be tested. */
const NODE = realpathSync(process.env.IRIS_TEST_NODE ?? process.execPath)

export interface ConsumerOptions {
  /** Path to content. */
  readonly files: Readonly<Record<string, string>>
  /**
   * Our packages the project has installed beside core. Each is copied: its peers are to be the project's own, and runners
   * treat what lies in `node_modules` in another way than the project's own sources.
   */
  readonly packages: readonly string[]
  /** Other packages: name in the project to name in this workspace's root. */
  readonly dependencies: Readonly<Record<string, string>>
}

export interface RunOutcome {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  /** Standard output and error, in the order they came. */
  readonly output: string
}

/** A folder outside this workspace with our packages installed, as a user would have it. */
export class ConsumerProject implements Disposable {
  readonly folder: string

  constructor({ files, packages, dependencies }: ConsumerOptions) {
    this.folder = realpathSync(mkdtempSync(join(tmpdir(), 'iris-consumer-')))
    for (const [path, content] of Object.entries(files)) this.write(path, content)
    for (const name of ['core', ...packages]) {
      const target = join(this.folder, 'node_modules/@iris-devtester', name)
      const source = join(ROOT, 'packages', name)
      mkdirSync(target, { recursive: true })
      for (const part of ['package.json', 'dist']) cpSync(join(source, part), join(target, part), { recursive: true })
    }
    this.#link('@iris-devtester/core/node_modules', join(ROOT, 'packages/core/node_modules'))
    if (packages.includes('postgres')) {
      this.#link(
        '@iris-devtester/postgres/node_modules/pg',
        realpathSync(join(ROOT, 'packages/postgres/node_modules/pg')),
      )
    }
    for (const [name, inWorkspace] of Object.entries(dependencies)) {
      this.#link(name, realpathSync(join(ROOT, 'node_modules', inWorkspace)))
    }
  }

  write(path: string, content: string): void {
    const target = join(this.folder, path)
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, content)
  }

  /** Starts a program of one of the project's packages, in a process group of its own. */
  start(
    program: string,
    args: readonly string[],
    env: Readonly<Record<string, string | undefined>>,
    cwd: string = this.folder,
  ) {
    const child = spawn(NODE, [join(this.folder, 'node_modules', program), ...args], {
      cwd,
      env: { ...cleanEnvironment(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8')
      stream.on('data', (text: string) => {
        output += text
      })
    }
    const ended = new Promise<RunOutcome>((resolve) => {
      child.once('close', (exitCode, signal) => resolve({ exitCode, signal, output }))
    })
    return {
      pid: child.pid as number,
      ended,
      get output() {
        return output
      },
      /** As Ctrl-C and closing a terminal do: the whole group gets it. */
      signal: (name: NodeJS.Signals) => process.kill(-(child.pid as number), name),
    }
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  #link(name: string, target: string): void {
    const path = join(this.folder, 'node_modules', name)
    mkdirSync(dirname(path), { recursive: true })
    symlinkSync(target, path)
  }
}

/** Our own runner's variables would make an inner runner believe that it is a worker of the outer one. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(
    ([name]) => !/^(VITEST|JEST_|NODE_ENV|NODE_OPTIONS|CI$|IRIS_(?!IMAGE))/.test(name),
  )
  // What a project starts by name, as Playwright does with servers, is to be the same Node.
  return { ...Object.fromEntries(entries), PATH: [dirname(NODE), process.env.PATH].join(delimiter) }
}
