import { appendFileSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { debugLog } from '../../debug/debug-log.ts'
import type { PhaseTime } from './start-times.ts'

const debug = debugLog('lease')

const FILE = 'starts.jsonl'
/** How large the file may get, in bytes, before its older half is dropped. */
const MAX_BYTES = 200_000

/** One start of a project's container by a run on this machine, or an attempt that failed. */
export interface StartRecord {
  /** ISO 8601; when it began. */
  readonly at: string
  /** The project's name in the registry. */
  readonly project: string
  /** Who started it: `vitest`, `cli`. */
  readonly runner: string
  /** The code of the error that ended it; absent for one that came to its end. */
  readonly failure?: string
  /** Where its time went. */
  readonly phases: readonly PhaseTime[]
}

/**
 * Notes a start beside the registry's files on this machine. A start is no better or worse for it, so it never fails.
 *
 * @param folder the registry's folder on this machine
 */
export function recordStart(folder: string, record: StartRecord): void {
  const path = join(folder, FILE)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    // One write, at the end: what several processes append at once stays apart.
    appendFileSync(path, `${JSON.stringify(record)}\n`, { mode: 0o600 })
    if (statSync(path).size > MAX_BYTES) dropOlderHalf(path)
  } catch (error) {
    debug.swallowed('record the start', error)
  }
}

/**
 * The last starts of a project's container by runs on this machine, the newest first.
 *
 * @param folder the registry's folder on this machine
 */
export function lastStarts(folder: string, project: string, limit = 10): StartRecord[] {
  return linesOf(join(folder, FILE))
    .map(parse)
    .filter((one) => one?.project === project)
    .flatMap((one) => one ?? [])
    .slice(-limit)
    .reverse()
}

function dropOlderHalf(path: string): void {
  const lines = linesOf(path)
  const copy = `${path}.${process.pid}`
  writeFileSync(copy, `${lines.slice(Math.ceil(lines.length / 2)).join('\n')}\n`, { mode: 0o600 })
  renameSync(copy, path)
}

function linesOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') debug.swallowed('read the starts', error)
    return []
  }
}

function parse(line: string): StartRecord | undefined {
  try {
    const value = JSON.parse(line) as StartRecord
    return typeof value === 'object' && value !== null && Array.isArray(value.phases) ? value : undefined
  } catch {
    // Its writer was ended in the middle of it.
    return undefined
  }
}
