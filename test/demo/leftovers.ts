import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { EngineClient } from '../../packages/core/src/engine/engine-client.ts'
import { PortRegistry } from '../../packages/core/src/ports/index.ts'

/** What the demonstration may have left behind. */
export interface Traces {
  /** The registry's folder, which also labels the containers. */
  readonly home: string
  readonly ports: readonly number[]
  /** The process groups of the runs. */
  readonly groups: readonly number[]
}

/** Everything that is still there, one sentence each; empty when the machine is as it was. */
async function findLeftovers(engine: EngineClient, { home, ports, groups }: Traces): Promise<string[]> {
  const containers = await engine.listContainers({ labels: [registryLabel(home)] })
  const assignments = await new PortRegistry({
    registryPath: join(home, 'port-registry.json'),
    docker: false,
  }).listAll()
  const open = await Promise.all(ports.map(async (port) => ((await isOpen(port)) ? [port] : [])))
  return [
    ...containers.map((one) => `container ${one.Names[0]?.slice(1)} is ${one.State}`),
    ...assignments
      .filter(({ status, service }) => status === 'active' && service.startsWith('iris'))
      // An application's own port stays reserved for its project, runs or no runs.
      .map(({ port, projectPath }) => `port ${port} is still reserved for ${projectPath}`),
    ...open.flat().map((port) => `something listens on port ${port}`),
    ...groups.filter(isAlive).map((group) => `a process of group ${group} is running`),
    ...processesUsing(home).map((pid) => `process ${pid} is running with this registry`),
  ]
}

/**
 * Waits until nothing is left: the registry's own cleaner stays for a few seconds after the last run.
 *
 * @param waitLimitMs how long, in ms
 * @returns what is left even then
 */
export async function waitForNoLeftovers(
  engine: EngineClient,
  traces: Traces,
  waitLimitMs = 20_000,
): Promise<string[]> {
  const deadline = Date.now() + waitLimitMs
  for (;;) {
    const leftovers = await findLeftovers(engine, traces)
    if (leftovers.length === 0 || Date.now() > deadline) return leftovers
    await sleep(500)
  }
}

/** Takes away what runs that were cut off may have left: their processes, then their containers. */
export async function removeLeftovers(engine: EngineClient, home: string): Promise<void> {
  for (const pid of processesUsing(home)) signalIfThere(Number(pid), 'SIGKILL')
  const containers = await engine.listContainers({ labels: [registryLabel(home)] })
  await Promise.all(containers.map(({ Id }) => engine.removeContainer(Id)))
}

/** Whether any process of a group is alive. */
function isAlive(group: number): boolean {
  return signalIfThere(-group, 0)
}

function signalIfThere(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    return false
  }
}

function registryLabel(home: string): string {
  return `iris-devtester.registry=${home}`
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: 1_000 })
    const done = (open: boolean) => {
      resolve(open)
      socket.destroy()
    }
    socket.once('connect', () => done(true))
    socket.once('timeout', () => done(false))
    socket.once('error', () => done(false))
  })
}

/** Processes other than this one that work with this registry, whoever started them. */
function processesUsing(home: string): string[] {
  if (process.platform === 'win32') return []
  if (process.platform !== 'linux') {
    const list = execFileSync('ps', ['-axo', 'pid=,command='], { encoding: 'utf8' }).split('\n')
    return list.filter((line) => line.includes(home)).map((line) => line.trim().split(' ')[0] ?? '')
  }
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return false
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`IRIS_DEVTESTER_HOME=${home}\0`)
    } catch {
      return false
    }
  })
}
