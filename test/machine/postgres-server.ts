import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { newTestFolder } from './test-folder.ts'

const SHARE = '/usr/lib/postgresql'
/** Where Debian keeps the newest version's programs; `undefined` where there are none. */
const PROGRAMS = existsSync(SHARE)
  ? readdirSync(SHARE)
      .sort((one, other) => Number(other) - Number(one))
      .map((version) => join(SHARE, version, 'bin'))
      .find((path) => existsSync(join(path, 'postgres')))
  : undefined

/** Whether there is a PostgreSQL server to test with; `npm test` installs one where it can. */
export const hasPostgres = PROGRAMS !== undefined

/** A real server of a test's own: in a temporary folder, on a free port, of an unprivileged user. */
export class PostgresServer implements AsyncDisposable {
  readonly port: number
  readonly folder: string
  /** Named after the folder, so that containers of a registry on it say whose test they belong to. */
  readonly database: string
  readonly #data: string
  readonly #settings: Readonly<Record<string, string>>
  #process: ChildProcess | undefined

  private constructor(folder: string, port: number, settings: Readonly<Record<string, string>>) {
    this.folder = folder
    this.database = basename(folder)
    this.port = port
    this.#data = join(folder, 'data')
    this.#settings = settings
  }

  /**
   * @param settings the server's own, by name
   * @param prepare called before it starts, with its folder: for files that the settings name
   */
  static async start(
    settings: Readonly<Record<string, string>> = {},
    prepare: (folder: string) => void = () => {},
  ): Promise<PostgresServer> {
    const folder = newTestFolder()
    prepare(folder)
    const { uid, gid } = serverUser()
    if (uid !== undefined && gid !== undefined) {
      for (const path of [folder, ...readdirSync(folder).map((name) => join(folder, name))]) chownSync(path, uid, gid)
    }
    const server = new PostgresServer(folder, await freePort(), settings)
    const password = join(folder, 'password')
    writeFileSync(password, 'secret', { mode: 0o644 })
    const args = ['-D', server.#data, '-U', 'owner', '-E', 'UTF8', '--locale=C', '-A', 'scram-sha-256', '--no-sync']
    execFileSync(join(PROGRAMS ?? '', 'initdb'), [...args, `--pwfile=${password}`], {
      ...serverUser(),
      stdio: 'pipe',
      cwd: folder,
    })
    await server.restart()
    server.#run('psql', 'postgres', '-c', `create database "${server.database}"`)
    return server
  }

  /** The address of the registry on this server, for `owner` or another role. */
  url(role = 'owner', query = ''): string {
    return `postgres://${role}:secret@127.0.0.1:${this.port}/${this.database}${query}`
  }

  /** Starts it, again after {@link kill}, and waits until it answers. */
  async restart(): Promise<void> {
    const settings = {
      port: String(this.port),
      listen_addresses: '127.0.0.1',
      unix_socket_directories: this.folder,
      ...this.#settings,
    }
    const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const server = spawn(join(PROGRAMS ?? '', 'postgres'), ['-D', this.#data, ...args], {
      ...serverUser(),
      cwd: this.folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    this.#process = server
    let log = ''
    server.stderr?.on('data', (chunk) => {
      log += chunk
    })
    while (!log.includes('ready to accept connections')) {
      if (server.exitCode !== null) throw new Error(`The server did not start:\n${log}`)
      await sleep(20)
    }
  }

  /** Kills the postmaster with SIGKILL, and waits until what it had started has ended too. */
  async kill(): Promise<void> {
    const { pid } = this.#process ?? {}
    if (pid === undefined || !this.#process) return
    const ended = once(this.#process, 'exit')
    process.kill(pid, 'SIGKILL')
    await ended
    // A new one refuses to start while one of the old one's processes is attached to the shared memory.
    while (processesOf(this.folder).length > 0) await sleep(20)
    rmSync(join(this.#data, 'postmaster.pid'), { force: true })
    this.#process = undefined
  }

  /** Ends it as an administrator would, without waiting for its clients. */
  async stop(): Promise<void> {
    if (!this.#process) return
    const ended = once(this.#process, 'exit')
    this.#process.kill('SIGINT')
    await ended
    this.#process = undefined
  }

  /** Suspends or resumes the whole server, as a network that is cut off looks to its clients. */
  get pid(): number {
    return this.#process?.pid ?? 0
  }

  /** Runs SQL as the owner, over the server's own socket and not the product's connection. */
  sql(text: string): string {
    return this.#run('psql', this.database, '-AtX', '-c', text).trim()
  }

  /** The registry's schema as `pg_dump` has it, without rights. */
  schema(): string {
    const dump = this.#run('pg_dump', this.database, '--schema-only', '--no-privileges', '-n', 'iris_devtester')
    // A random word in it keeps a restore from running commands.
    return dump.replace(/^\\(?:un)?restrict .*$/gm, '')
  }

  #run(program: string, database: string, ...args: readonly string[]): string {
    const server = ['-h', '127.0.0.1', '-p', String(this.port), '-U', 'owner', '-d', database]
    return execFileSync(join(PROGRAMS ?? '', program), [...server, ...args], {
      env: { ...process.env, PGPASSWORD: 'secret' },
      encoding: 'utf8',
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** The server refuses to run as root; the package has made a user for it. */
export function serverUser(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

/** The processes of a server in that folder. */
export function processesOf(folder: string): number[] {
  if (!existsSync('/proc')) return []
  return readdirSync('/proc')
    .filter((pid) => {
      try {
        return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/cwd`).startsWith(folder)
      } catch {
        // It has ended.
        return false
      }
    })
    .map(Number)
}

/** A port that nothing listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
