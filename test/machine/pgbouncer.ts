import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, type PostgresServer, serverUser } from './postgres-server.ts'

/** A real PgBouncer in transaction mode in front of a server, with two connections to it. */
export class PgBouncer implements AsyncDisposable {
  readonly #process: ChildProcess
  readonly #folder: string
  readonly #url: string

  private constructor(process: ChildProcess, folder: string, url: string) {
    this.#process = process
    this.#folder = folder
    this.#url = url
  }

  static async start(server: PostgresServer, mode = 'transaction'): Promise<PgBouncer> {
    const folder = mkdtempSync(join(tmpdir(), 'iris-pgbouncer-'))
    chmodSync(folder, 0o755)
    const port = await freePort()
    const lines = [
      '[databases]',
      `${server.database} = host=127.0.0.1 port=${server.port} user=owner password=secret`,
      '[pgbouncer]',
      'listen_addr = 127.0.0.1',
      `listen_port = ${port}`,
      'unix_socket_dir =',
      'auth_type = plain',
      `auth_file = ${join(folder, 'users.txt')}`,
      `pool_mode = ${mode}`,
      'default_pool_size = 2',
      'ignore_startup_parameters = extra_float_digits',
    ]
    writeFileSync(join(folder, 'pgbouncer.ini'), `${lines.join('\n')}\n`)
    writeFileSync(join(folder, 'users.txt'), '"owner" "secret"\n')
    const bouncer = spawn('pgbouncer', [join(folder, 'pgbouncer.ini')], {
      ...serverUser(),
      env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let log = ''
    for await (const chunk of bouncer.stderr) {
      log += chunk
      if (log.includes('process up')) {
        return new PgBouncer(bouncer, folder, `postgres://owner:secret@127.0.0.1:${port}/${server.database}`)
      }
    }
    throw new Error(`PgBouncer did not start:\n${log}`)
  }

  url(): string {
    return this.#url
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#process, 'exit')
    this.#process.kill('SIGTERM')
    await ended
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
