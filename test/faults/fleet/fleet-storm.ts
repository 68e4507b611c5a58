/**
 * Many processes on many machines assign ports of one engine on one server, which is killed meanwhile. They begin together
 * when all of them have started, loaded the driver and asked the server once; from then on is measured:
 * `node test/faults/fleet/fleet-storm.ts --processes 200 --each 20 --machines 50 --kills 2`
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism, loadavg } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { jainFairness } from '../../bench/measure.ts'
import { PostgresServer } from '../../machine/postgres-server.ts'

/** What one process does. */
export interface StormTask {
  readonly url: string
  readonly machine: string
  readonly projects: readonly string[]
  readonly range: readonly [first: number, last: number]
}

/** What came of it. */
export interface StormAnswer {
  readonly grants: readonly [project: string, port: number][]
  /** Codes of errors. */
  readonly errors: readonly string[]
  readonly millis: readonly number[]
}

export interface StormOptions {
  readonly processes: number
  /** How many assignments each process wants. */
  readonly each: number
  readonly machines: number
  /** How often the server is killed with SIGKILL, and restarted. */
  readonly kills: number
}

export interface StormFigures extends StormOptions {
  /** The machine's load average when all processes were ready. */
  readonly load: number
  readonly grants: number
  /** Ports that two were told they had. */
  readonly doubled: number
  /** Grants that are not on the server as they were told. */
  readonly lost: number
  /** Assignments on the server that nobody was told of. */
  readonly unasked: number
  readonly errors: Readonly<Record<string, number>>
  /** Calls of the server's functions; after a kill, those since. */
  readonly reads: number
  readonly commits: number
  readonly perSecond: number
  readonly slowestMs: number
  readonly medianMs: number
  /** Of what each process got done in its time: 1 where all are equal. */
  readonly jain: number
}

const WORKER = new URL('storm-machine.ts', import.meta.url)

export async function fleetStorm({ processes, each, machines, kills }: StormOptions): Promise<StormFigures> {
  // A process that waits for its turn has a connection. All of them connect at once, again after each kill.
  const max_connections = String(Math.max(100, processes + 20))
  const query = '?connect_timeout=30'
  await using server = await PostgresServer.start({ fsync: 'on', max_connections, track_functions: 'pl' })
  const total = processes * each
  const range = [30_000, 30_000 + Math.ceil(total * 1.25)] as const
  const tasks = Array.from({ length: processes }, (_, number): StormTask => {
    const projects = Array.from({ length: each }, (_, one) => `/storm/${number}/${one}`)
    return { url: server.url('owner', query), machine: `m${number % machines}`, projects, range }
  })
  const children = await startAll(tasks)
  const [load = 0] = loadavg()
  let granted = 0
  const answers = children.map((child) => answerOf(child, () => (granted += 1)))
  const at = Date.now() + 200
  for (const child of children) child.send(at)
  const began = performance.now()
  const all = Promise.all(answers)
  for (let kill = 1; kill <= kills; kill += 1) {
    while (granted < (total * kill) / (kills + 1)) await Promise.race([sleep(5), all])
    await server.kill()
    await sleep(300)
    await server.restart()
  }
  const told = await all
  const seconds = (performance.now() - began - 200) / 1_000
  for (const child of children) child.kill('SIGKILL')
  await Promise.all(children.map((child) => child.exitCode ?? child.signalCode ?? once(child, 'exit')))
  await sleep(500)
  const rows = server.sql("select project || ' ' || port from iris_devtester.assignment where engine = 'storm'")
  const calls = (name: string) =>
    Number(server.sql(`select coalesce(sum(calls), 0) from pg_stat_user_functions where funcname = '${name}'`))
  const kept = new Set(rows.split('\n').filter((row) => row !== ''))
  const grants = told.flatMap((one) => one.grants)
  const errors: Record<string, number> = {}
  for (const code of told.flatMap((one) => one.errors)) errors[code] = (errors[code] ?? 0) + 1
  const millis = told.flatMap((one) => one.millis).toSorted((one, other) => one - other)
  return {
    ...{ processes, each, machines, kills, load },
    grants: grants.length,
    doubled: grants.length - new Set(grants.map(([, port]) => port)).size,
    lost: grants.filter(([project, port]) => !kept.has(`${project} ${port}`)).length,
    unasked: kept.size - grants.length,
    errors,
    reads: calls('read'),
    commits: calls('commit'),
    perSecond: Math.round(grants.length / seconds),
    slowestMs: Math.round(millis.at(-1) ?? 0),
    medianMs: Math.round(millis[Math.floor(millis.length / 2)] ?? 0),
    jain: jainFairness(told.map((one) => each / one.millis.reduce((sum, took) => sum + took, 0))),
  }
}

/** Starts the processes, a few at a time, and waits until all of them are ready to begin. */
async function startAll(tasks: readonly StormTask[]): Promise<ChildProcess[]> {
  const children: ChildProcess[] = []
  const waiting = [...tasks.entries()]
  const startOneByOne = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [number, task] = next
      const child = fork(WORKER, [JSON.stringify(task)], {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
        serialization: 'advanced',
      })
      children[number] = child
      const [message] = await Promise.race([once(child, 'message'), once(child, 'exit')])
      if (message !== 'ready') throw new Error(`a process ended with ${message} before it was ready`)
    }
  }
  await Promise.all(Array.from({ length: 2 * availableParallelism() }, startOneByOne))
  return children
}

function answerOf(child: ChildProcess, onGrant: () => void): Promise<StormAnswer> {
  return new Promise((resolve, reject) => {
    child.on('message', (message: 'granted' | StormAnswer) => {
      if (message === 'granted') onGrant()
      else resolve(message)
    })
    child.once('exit', (code, signal) => reject(new Error(`a process ended with ${code ?? signal}`)))
  })
}

if (import.meta.main) {
  const option = (value: string) => ({ type: 'string', default: value }) as const
  const { values } = parseArgs({
    options: { processes: option('200'), each: option('20'), machines: option('50'), kills: option('2') },
  })
  const { processes, each, machines, kills } = values
  const figures = await fleetStorm({
    processes: Number(processes),
    each: Number(each),
    machines: Number(machines),
    kills: Number(kills),
  })
  console.log(figures)
  const { doubled, lost, errors } = figures
  if (doubled + lost + Object.keys(errors).length > 0) process.exitCode = 1
}
