import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AssignAnswer, AssignTask } from '../faults/assign-task.ts'
import { TemporaryFolder } from '../faults/temporary-folder.ts'
import { endWorkers, startWorkers } from '../faults/worker-processes.ts'
import { compare, jainFairness, report, summarise } from './measure.ts'

/** What an assignment costs when many processes want one, and what importing the registry costs. */
export async function bench(): Promise<void> {
  using folder = new TemporaryFolder()
  await benchEight(folder)
  await benchCrowd(folder, 32, 20)
  await benchImport(folder)
}

async function benchEight(folder: TemporaryFolder): Promise<void> {
  const workers = await startWorkers(WORKER, 8)
  const alone: number[] = []
  const slowest: number[] = []
  for (let run = -1; run < 15; run += 1) {
    const [first] = workers
    const single = await first?.ask<AssignAnswer>(task(folder.registry(), names('one', 8)))
    const path = folder.registry()
    const answers = await Promise.all(
      workers.map((worker, index) => worker.ask<AssignAnswer>(task(path, [`/bench/${index}`]))),
    )
    if (run < 0 || !single) continue
    alone.push(single.millis.reduce((sum, one) => sum + one, 0))
    slowest.push(Math.max(...answers.flatMap((answer) => answer.millis)))
  }
  await endWorkers(workers)
  report('8 processes × 1 new, the slowest / 1 process × 8', summarise(alone), summarise(slowest), '≤ 3')
}

async function benchCrowd(folder: TemporaryFolder, processes: number, each: number): Promise<void> {
  const workers = await startWorkers(WORKER, processes)
  const path = folder.registry()
  const began = performance.now()
  const answers = await Promise.all(
    workers.map((worker, index) => worker.ask<AssignAnswer>(task(path, names(`${index}`, each)))),
  )
  const seconds = (performance.now() - began) / 1_000
  await endWorkers(workers)
  const totals = answers.map((answer) => answer.millis.reduce((sum, one) => sum + one, 0))
  const failed = answers.flatMap((answer) => answer.grants).filter((grant) => grant.error !== undefined)
  const slowest = Math.max(...answers.flatMap((answer) => answer.millis))
  const fairness = jainFairness(totals.map((total) => each / total))
  console.log(
    `${processes} processes × ${each} new: ${failed.length} failed (aim 0), Jain fairness ${fairness.toFixed(3)} (aim ≥ 0.9), ${((processes * each) / seconds).toFixed(0)} a second, slowest ${slowest.toFixed(0)} ms`,
  )
}

/** Measured on the built package: what users import. */
async function benchImport(folder: TemporaryFolder): Promise<void> {
  const built = new URL('../../packages/core/dist/ports.js', import.meta.url)
  if (!existsSync(built)) {
    console.log('import of the entry: not measured, build the packages first')
    return
  }
  const empty = join(folder.path, 'empty.mjs')
  const entry = join(folder.path, 'entry.mjs')
  writeFileSync(empty, '')
  writeFileSync(entry, `import ${JSON.stringify(built.href)}\n`)
  const { floor, work } = await compare(
    15,
    () => spawnSync(process.execPath, [empty]),
    () => spawnSync(process.execPath, [entry]),
  )
  report('import of the entry / empty script', floor, work, '+25 ms')
  console.log(`  it adds ${(work.median - floor.median).toFixed(1)} ms; ${loaded(entry)}`)
}

function loaded(entry: string): string {
  const script = `await import(${JSON.stringify(entry)}); const { createRequire } = await import('node:module');
    const cached = Object.keys(createRequire(import.meta.url).cache).length;
    const http = process.moduleLoadList.some((name) => name === 'NativeModule http');
    const signals = process.listenerCount('SIGINT') + process.listenerCount('SIGTERM') + process.listenerCount('exit');
    console.log(\`CommonJS modules \${cached}, node:http \${http}, signal handlers \${signals}\`)`
  return execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }).trim()
}

const WORKER = new URL('../faults/assigner-worker.ts', import.meta.url)

function task(registryPath: string, projects: readonly string[]): AssignTask {
  return { registryPath, projects, at: Date.now() + 20 }
}

function names(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `/bench/${prefix}/${index}`)
}
