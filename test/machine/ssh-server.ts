import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { newTestFolder } from './test-folder.ts'

const PROGRAM = '/usr/sbin/sshd'

/** Why there is no server here, if there is none. */
export const NO_SSH_SERVER = existsSync(PROGRAM) ? undefined : 'no sshd here: apt-get install openssh-server'

/** A real ssh server on loopback with a key of its own, and a `PATH` on which `ssh` logs in with that key. */
export class SshServer implements AsyncDisposable {
  readonly folder: string
  readonly port: number
  readonly user = userInfo().username
  readonly #child: ReturnType<typeof spawn>

  private constructor(folder: string, port: number) {
    this.folder = folder
    this.port = port
    // sshd separates its privileges in a folder that a service would have made.
    if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
    this.#child = spawn(PROGRAM, ['-D', '-e', '-f', join(folder, 'sshd_config')], { stdio: 'ignore' })
  }

  static async start(): Promise<SshServer> {
    const folder = newTestFolder()
    const port = await freePort()
    for (const name of ['host_key', 'user_key']) {
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)])
    }
    const server = `Port ${port}
ListenAddress 127.0.0.1
HostKey ${join(folder, 'host_key')}
AuthorizedKeysFile ${join(folder, 'user_key.pub')}
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
`
    const client = `Host *
  UserKnownHostsFile ${join(folder, 'known_hosts')}
  StrictHostKeyChecking accept-new
  IdentitiesOnly yes
Host far-machine
  HostName 127.0.0.1
  Port ${port}
Host 127.0.0.1 far-machine
  IdentityFile ${join(folder, 'user_key')}
`
    writeFileSync(join(folder, 'sshd_config'), server)
    writeFileSync(join(folder, 'ssh_config'), client)
    mkdirSync(join(folder, 'bin'))
    writeFileSync(join(folder, 'bin/ssh'), `#!/bin/sh\nexec /usr/bin/ssh -F ${join(folder, 'ssh_config')} "$@"\n`)
    chmodSync(join(folder, 'bin/ssh'), 0o755)
    const started = new SshServer(folder, port)
    await started.#answers()
    return started
  }

  /** The engine of this machine, by way of the server. */
  get address(): string {
    return `ssh://${this.user}@127.0.0.1:${this.port}`
  }

  /** A `PATH` for who shall log in here. */
  get path(): string {
    return `${join(this.folder, 'bin')}:${process.env.PATH}`
  }

  async #answers(): Promise<void> {
    for (let attempt = 0; attempt < 200; attempt += 1) {
      const socket = connect(this.port, '127.0.0.1')
      const isThere = await new Promise<boolean>((resolve) => {
        socket.once('data', () => resolve(true)).once('error', () => resolve(false))
      })
      socket.destroy()
      if (isThere) return
      await sleep(25)
    }
    throw new Error('sshd does not answer')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve))
    if (this.#child.exitCode === null) {
      this.#child.kill()
      await ended
    }
    rmSync(this.folder, { recursive: true, force: true })
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}
