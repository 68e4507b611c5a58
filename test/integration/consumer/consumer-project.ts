import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
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
  /** Standard output alone. */
  readonly stdout: string
}

type Environment = Readonly<Record<string, string | undefined>>

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
    this.link('@iris-devtester/core/node_modules', join(ROOT, 'packages/core/node_modules'))
    if (packages.includes('postgres')) {
      this.link(
        '@iris-devtester/postgres/node_modules/pg',
        realpathSync(join(ROOT, 'packages/postgres/node_modules/pg')),
      )
    }
    for (const [name, inWorkspace] of Object.entries(dependencies)) {
      this.link(name, realpathSync(join(ROOT, 'node_modules', inWorkspace)))
    }
  }

  write(path: string, content: string): void {
    const target = join(this.folder, path)
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, content)
  }

  /** Starts a program of one of the project's packages, in a process group of its own. */
  start(program: string, args: readonly string[], env: Environment, cwd: string = this.folder) {
    return this.#spawn(NODE, [join(this.folder, 'node_modules', program), ...args], env, cwd)
  }

  /** The same in a shell that has run `setUp` before, such as `umask 077`. */
  startAfter(setUp: string, program: string, args: readonly string[], env: Environment) {
    const command = [NODE, join(this.folder, 'node_modules', program), ...args]
    return this.#spawn('sh', ['-c', `${setUp} && exec "$@"`, 'sh', ...command], env, this.folder)
  }

  /** The same as another user of this machine, whose id and group are `id`. */
  startAs(id: number, program: string, args: readonly string[], env: Environment) {
    const path = join(this.folder, 'node_modules', program)
    return this.#spawn(NODE, [path, ...args], env, this.folder, { uid: id, gid: id })
  }

  #spawn(program: string, args: readonly string[], env: Environment, cwd: string, user: SpawnOptions = {}) {
    const child = spawn(program, args, {
      ...user,
      cwd,
      env: { ...cleanEnvironment(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    return Object.assign(collect(child), {
      /** As Ctrl-C and closing a terminal do: the whole group gets it. */
      signal: (name: NodeJS.Signals) => process.kill(-(child.pid as number), name),
    })
  }

  /** Starts a program of one of the project's packages on a terminal of its own, by `script` of util-linux. */
  startOnTerminal(program: string, args: readonly string[], env: Environment) {
    const command = [NODE, join(this.folder, 'node_modules', program), ...args].map((word) => `'${word}'`).join(' ')
    const child = spawn('script', ['-qefc', `stty cols 120 rows 40; exec ${command}`, '/dev/null'], {
      cwd: this.folder,
      env: { ...cleanEnvironment(), TERM: 'xterm-256color', ...env },
    })
    return Object.assign(collect(child), { type: (keys: string) => child.stdin.write(keys) })
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** Installs a package by a link to its folder. */
  link(name: string, target: string): void {
    const path = join(this.folder, 'node_modules', name)
    mkdirSync(dirname(path), { recursive: true })
    symlinkSync(target, path)
  }
}

/** What a process writes and how it ends. */
function collect(child: ChildProcess) {
  let output = ''
  let stdout = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8')
    stream?.on('data', (text: string) => {
      output += text
      if (stream === child.stdout) stdout += text
    })
  }
  const ended = new Promise<RunOutcome>((resolve) => {
    child.once('close', (exitCode, signal) => resolve({ exitCode, signal, output, stdout }))
  })
  return {
    pid: child.pid as number,
    ended,
    get output() {
      return output
    },
  }
}

/** Our own runner's variables would make an inner runner believe that it is a worker of the outer one. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(
    ([name]) => !/^(VITEST|JEST_|NODE_ENV|NODE_OPTIONS|CI$|IRIS_(?!IMAGE|DEVTESTER_(WEB_)?PORT_RANGE))/.test(name),
  )
  // What a project starts by name, as Playwright does with servers, is to be the same Node.
  return { ...Object.fromEntries(entries), PATH: [dirname(NODE), process.env.PATH].join(delimiter) }
}
