import { mkdirSync, readFileSync, utimesSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { PortRegistry } from '../../packages/core/src/ports/index.ts'
import { lockPath } from '../../packages/core/src/ports/store/queue-holder.ts'
import { locateRegistry } from '../../packages/core/src/ports/store/registry-location.ts'
import { type AssignAnswer, type AssignTask, RANGE } from './assign-task.ts'
import { TemporaryFolder } from './temporary-folder.ts'
import { endWorkers, startWorkers, Worker } from './worker-processes.ts'

/** How a lock came to be held by nobody. */
export type Abandonment = 'planted' | 'killed' | 'suspended'

export interface LockFigures {
  readonly kind: Abandonment
  readonly processes: number
  readonly trials: number
  readonly grants: number
  /** Ports that two projects were told they have. */
  readonly doubled: number
  /** Ports that a project was told it has and the registry knows nothing of. */
  readonly lost: number
  readonly failed: number
  readonly slowestMs: number
}

/** Leaves a lock behind and releases `processes` writers upon it together, `trials` times. */
export async function abandonLock(kind: Abandonment, processes: number, trials: number): Promise<LockFigures> {
  using folder = new TemporaryFolder()
  const workers = await startWorkers(new URL('assigner-worker.ts', import.meta.url), processes)
  const figures = { kind, processes, trials, grants: 0, doubled: 0, lost: 0, failed: 0, slowestMs: 0 }
  try {
    for (let trial = 0; trial < trials; trial += 1) await runTrial(folder.registry(), kind, workers, figures)
  } finally {
    await endWorkers(workers)
  }
  return figures
}

/** How long a suspended holder sleeps at least, in ms: longer than it takes its lock to count as stale. */
const SLEEP_MS = 4_500

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }

async function runTrial(
  registryPath: string,
  kind: Abandonment,
  workers: readonly Worker[],
  figures: Mutable<LockFigures>,
) {
  const registry = new PortRegistry({ registryPath, portRange: RANGE, docker: false, onWarning: () => undefined })
  await registry.assignPort('/trial/first')
  const suspended = await abandon(kind, registryPath)
  const began = performance.now()
  const at = Date.now() + 30
  const answers = await Promise.all(
    workers.map((worker, index) => {
      const task: AssignTask = { registryPath, projects: [`/trial/${index}/a`, `/trial/${index}/b`], at }
      return worker.ask<AssignAnswer>(task)
    }),
  )
  const grants = answers.flatMap((answer) => answer.grants)
  if (suspended) {
    await delay(Math.max(0, SLEEP_MS - (performance.now() - began)))
    const woken = suspended.answer<{ port: number }>()
    process.kill(suspended.pid, 'SIGCONT')
    grants.push({ project: '/trial/suspended', port: (await woken).port })
    await suspended.end()
  }
  const kept = new Map((await registry.listAll()).map((one) => [one.projectPath, one.port]))
  const given = grants.filter((grant) => grant.port !== undefined)
  figures.grants += given.length
  figures.failed += grants.length - given.length
  figures.doubled += given.length - new Set(given.map((grant) => grant.port)).size
  figures.lost += given.filter((grant) => kept.get(grant.project) !== grant.port).length
  figures.slowestMs = Math.max(figures.slowestMs, ...answers.flatMap((answer) => answer.millis))
}

/** @returns the process to be woken afterwards */
async function abandon(kind: Abandonment, registryPath: string): Promise<Worker | undefined> {
  const lock = lockPath(locateRegistry({ registryPath }))
  if (kind === 'killed') {
    const holder = new Worker(new URL('lock-holder.ts', import.meta.url), [registryPath])
    await holder.answer()
    await holder.end('SIGKILL')
    return undefined
  }
  mkdirSync(lock)
  utimesSync(lock, 1, 1)
  if (kind === 'planted') return undefined
  // It finds the planted lock, takes it over, and is suspended with it in its hands.
  const args = [registryPath, '/trial/suspended', String(RANGE[0])]
  const suspended = new Worker(new URL('suspended-writer.ts', import.meta.url), args)
  await suspended.answer()
  while (!/\) T /.test(readFileSync(`/proc/${suspended.pid}/stat`, 'utf8'))) await delay(5)
  return suspended
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      trials: { type: 'string', default: '200' },
      slow: { type: 'string', default: '10' },
      processes: { type: 'string', default: '2,4,8,20' },
    },
  })
  for (const processes of values.processes.split(',').map(Number)) {
    console.log(JSON.stringify(await abandonLock('planted', processes, Number(values.trials))))
  }
  // Each of these waits until the lock counts as stale, some 4 s.
  console.log(JSON.stringify(await abandonLock('killed', 20, Number(values.slow))))
  console.log(JSON.stringify(await abandonLock('suspended', 20, Number(values.slow))))
}
