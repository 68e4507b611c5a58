import { existsSync, readdirSync, readFileSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { PortRegistry } from '../../packages/core/src/ports/index.ts'
import { type CountingDocument, STORM_RANGE } from './counting-document.ts'
import type { ReaderFigures } from './storm-reader.ts'
import { TemporaryFolder } from './temporary-folder.ts'
import { Worker } from './worker-processes.ts'

export interface StormFigures {
  readonly writers: number
  readonly seconds: number
  readonly kills: number
  readonly acknowledged: number
  /** Acknowledged changes that are not in the registry. */
  readonly lost: number
  /** Ports that two projects have in the registry. */
  readonly doubled: number
  readonly reader: Omit<ReaderFigures, 'unreadable'> & { readonly unreadable: number; readonly firstProblem?: string }
  /** The longest time in which no writer got anything done, in ms. */
  readonly longestStallMs: number
  readonly temporaryFilesLeft: number
  /** How many of them are there still once they are a minute old and somebody commits. */
  readonly temporaryFilesKept: number
}

/** Lets writers write for some time, kills one of them with SIGKILL every `everyMs`, and counts what came of it. */
export async function killStorm(writers: number, seconds: number, everyMs: number): Promise<StormFigures> {
  using folder = new TemporaryFolder()
  const registryPath = folder.registry('storm')
  const registry = new PortRegistry({ registryPath, portRange: STORM_RANGE, docker: false, onWarning: () => undefined })
  await registry.assignPort('/storm/first')
  const logOf = (index: number) => join(folder.path, `log-${index}`)
  const start = (index: number) =>
    new Worker(new URL('storm-writer.ts', import.meta.url), [registryPath, `w${index}`, logOf(index)])
  const workers = Array.from({ length: writers }, (_, index) => start(index))
  const reader = new Worker(new URL('storm-reader.ts', import.meta.url), [registryPath])
  await reader.answer()
  let kills = 0
  let longestStallMs = 0
  let [generation, changedAt] = [0, performance.now()]
  const end = changedAt + seconds * 1_000
  let nextKill = changedAt + everyMs
  while (performance.now() < end) {
    await delay(5)
    const now = performance.now()
    const latest = Math.max(...generations(registryPath))
    if (latest !== generation) {
      longestStallMs = Math.max(longestStallMs, now - changedAt)
      generation = latest
      changedAt = now
    }
    if (now < nextKill) continue
    const index = Math.floor(Math.random() * writers)
    await workers[index]?.end('SIGKILL')
    workers[index] = start(index)
    kills += 1
    nextKill = now + everyMs
  }
  await Promise.all(workers.map((writer) => writer.end('SIGKILL')))
  const seen = await reader.ask<ReaderFigures>({})
  await reader.end()
  const logs = Array.from({ length: writers }, (_, index) => readLog(logOf(index)))
  const left = temporaryFiles(registryPath)
  for (const path of left) utimesSync(path, 1, 1)
  const document = (await registry.read()) as CountingDocument
  const outcome = compare(document, logs)
  for (let round = 0; round < 8; round += 1) await registry.assignPort(`/storm/after/${round}`)
  const [firstProblem] = seen.unreadable
  return {
    writers,
    seconds,
    kills,
    ...outcome,
    reader: { ...seen, unreadable: seen.unreadable.length, ...(firstProblem === undefined ? {} : { firstProblem }) },
    longestStallMs: Math.round(longestStallMs),
    temporaryFilesLeft: left.length,
    temporaryFilesKept: temporaryFiles(registryPath).length,
  }
}

function compare(document: CountingDocument, logs: readonly (readonly string[][])[]) {
  const kept = new Map(document.assignments.map((one) => [one.project_path, one.port]))
  let acknowledged = 0
  let lost = 0
  for (const [index, lines] of logs.entries()) {
    const expected = new Map<string, number>()
    let counted = 0
    for (const [action, subject = '', port] of lines) {
      if (action !== 'releasing') acknowledged += 1
      if (action === 'assigned') expected.set(`/storm/${subject}`, Number(port))
      if (action === 'releasing') expected.delete(`/storm/${subject}`)
      if (action === 'released' && kept.has(`/storm/${subject}`)) lost += 1
      if (action === 'counted') counted = Number(subject)
    }
    for (const [project, port] of expected) if (kept.get(project) !== port) lost += 1
    if ((document.counters?.[`w${index}`] ?? 0) < counted) lost += 1
  }
  const ports = document.assignments.map((one) => one.port)
  return { acknowledged, lost, doubled: ports.length - new Set(ports).size }
}

/** What a writer noted; nothing where it was killed before its first line. */
function readLog(path: string): string[][] {
  if (!existsSync(path)) return []
  const lines = readFileSync(path, 'utf8').split('\n')
  return lines.slice(0, -1).map((line) => line.split(' '))
}

function generations(registryPath: string): number[] {
  return readdirSync(join(registryPath, '../generations')).map(Number)
}

function temporaryFiles(registryPath: string): string[] {
  const folder = join(registryPath, '..')
  return readdirSync(folder)
    .filter((name) => name.endsWith('.tmp'))
    .map((name) => join(folder, name))
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      writers: { type: 'string', default: '8' },
      seconds: { type: 'string', default: '20' },
      every: { type: 'string', default: '150' },
    },
  })
  console.log(
    JSON.stringify(await killStorm(Number(values.writers), Number(values.seconds), Number(values.every)), null, 2),
  )
}
