import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { PortRegistry } from '@iris-devtester/core/ports'
import type { ContainerSummary } from '../../../packages/core/src/engine/engine-answers.ts'
import { findEngine } from '../../../packages/core/src/engine/find-engine.ts'
import { livenessOf } from '../../../packages/core/src/process/process-identity.ts'
import { PostgresServer } from '../../machine/postgres-server.ts'
import { newTestFolder } from '../../machine/test-folder.ts'

/** A registry on a server of a test's own, and what of it is left on the engine. */
export class FleetHome implements AsyncDisposable {
  readonly folder = newTestFolder()
  readonly server: PostgresServer
  readonly registry: PortRegistry

  private constructor(server: PostgresServer) {
    this.server = server
    this.registry = this.open()
  }

  static async create(settings: Readonly<Record<string, string>> = {}): Promise<FleetHome> {
    return new FleetHome(await PostgresServer.start(settings))
  }

  /** What a process on a machine of that name has in its environment; only the registry's address is needed. */
  env(machine: string): Record<string, string> {
    return {
      IRIS_DEVTESTER_HOME: this.folder,
      IRIS_DEVTESTER_REGISTRY: this.server.url(),
      IRIS_DEVTESTER_MACHINE: machine,
      IRIS_DEVTESTER_RUN_ID: '',
      IRIS_DEVTESTER_REAPER_TICK_MS: '200',
    }
  }

  /** The registry as a process on a machine of that name has it. */
  open(machine = 'observer'): PortRegistry {
    return new PortRegistry({ env: { ...process.env, ...this.env(machine) }, onWarning: () => undefined })
  }

  async containers(): Promise<ContainerSummary[]> {
    const engine = await findEngine()
    return engine.listContainers({ labels: [`iris-devtester.registry=${this.registry.registryId}`] })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // This machine's own: another one's process ids are not ours to signal.
    const { reaper } = await this.registry.read()
    if (reaper && livenessOf(reaper) === 'alive') process.kill(reaper.pid, 'SIGKILL')
    const engine = await findEngine()
    for (const { Id } of await this.containers()) await engine.removeContainer(Id)
    await this.registry.close()
    await this.server[Symbol.asyncDispose]()
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

/**
 * Starts a command as on a machine of that name: with a host name and process ids of its own, so that nobody else can judge
 * its processes. All of them die with it. Needs root.
 */
export function onMachine(name: string, command: readonly string[], env: NodeJS.ProcessEnv) {
  const inside = ['sh', '-c', `hostname ${name} && exec "$@"`, 'sh', ...command]
  const child = spawn('unshare', ['--uts', '--pid', '--fork', '--mount-proc', '--kill-child', '--', ...inside], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  const ended = new Promise<{ readonly exitCode: number | null; readonly output: string }>((resolve) => {
    child.once('close', (exitCode) => resolve({ exitCode, output }))
  })
  return {
    child,
    ended,
    get output() {
      return output
    },
  }
}

/** Whether this test may make machines: it needs root, and a system that lets it. */
export const hasMachines = process.platform === 'linux' && process.getuid?.() === 0
