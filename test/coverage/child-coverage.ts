import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generatedPositionFor, TraceMap } from '@jridgewell/trace-mapping'
import { root } from '../setup/workspace.mjs'
import { type Counter, countersOf, type FileCoverage } from './file-coverage.ts'

interface Range {
  readonly startOffset: number
  readonly endOffset: number
  readonly count: number
}

interface Script {
  readonly url: string
  readonly functions: readonly { readonly ranges: readonly Range[] }[]
}

/** A counter and where it begins in the text that ran. */
interface PlacedCounter {
  readonly counter: Counter
  readonly offset: number
}

/**
 * Adds what child processes ran to what was counted in process. A child ran either the sources, whose types Node replaces
 * by blanks, so that every place is where it was; or a build, whose source map leads back.
 *
 * @param folder where Node left its reports (`NODE_V8_COVERAGE`)
 * @param files by the sources' absolute paths; their counts grow
 * @returns how many reports there were
 */
export function addChildCoverage(folder: string, files: Readonly<Record<string, FileCoverage>>): number {
  const placed = new Map<string, readonly PlacedCounter[]>()
  const reports = readdirSync(folder)
  for (const report of reports) {
    for (const script of readScripts(join(folder, report))) {
      const path = localPath(script.url)
      if (path === undefined) continue
      const counters = placed.get(path) ?? place(path, files)
      placed.set(path, counters)
      if (counters.length > 0) addCounts(script, counters)
    }
  }
  return reports.length
}

/** A process that was killed while it wrote leaves half a report. */
function readScripts(path: string): readonly Script[] {
  try {
    return (JSON.parse(readFileSync(path, 'utf8')) as { result: Script[] }).result
  } catch (error) {
    if (error instanceof SyntaxError) return []
    throw error
  }
}

/** The file of this workspace behind a script: consumers run copies of the builds. */
function localPath(url: string): string | undefined {
  const [, name, rest] = /\/(?:packages|@iris-devtester)\/(\w+)\/((?:src|dist)\/[\w./-]+)$/.exec(url) ?? []
  if (name === undefined || rest === undefined || !url.startsWith('file:')) return undefined
  const own = fileURLToPath(new URL(`../../packages/${name}/${rest}`, import.meta.url))
  return existsSync(own) ? own : undefined
}

function place(path: string, files: Readonly<Record<string, FileCoverage>>): PlacedCounter[] {
  const text = readFileSync(path, 'utf8')
  const lineStarts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lineStarts.push(at + 1)
  const offset = (line: number, column: number) => (lineStarts[line - 1] ?? 0) + column
  const own = files[path]
  if (own) return countersOf(own).map((counter) => ({ counter, offset: offset(counter.line, counter.column) }))
  if (!existsSync(`${path}.map`)) return []
  const map = new TraceMap(readFileSync(`${path}.map`, 'utf8'))
  return map.sources.flatMap((source) => {
    const file = files[resolve(path, '..', source ?? '')]
    if (!file || source === null) return []
    return countersOf(file).flatMap((counter) => {
      const { line, column } = generatedPositionFor(map, { source, line: counter.line, column: counter.column })
      return line === null ? [] : [{ counter, offset: offset(line, column) }]
    })
  })
}

/** V8 counts ranges that lie in one another; the innermost tells how often a place ran. */
function addCounts({ functions }: Script, counters: readonly PlacedCounter[]): void {
  const ranges = functions.flatMap((one) => one.ranges)
  const length = Math.max(...ranges.map(({ endOffset }) => endOffset))
  const counts = new Uint32Array(length + 1)
  const size = ({ startOffset, endOffset }: Range) => endOffset - startOffset
  for (const { startOffset, endOffset, count } of ranges.sort((one, other) => size(other) - size(one))) {
    counts.fill(count, startOffset, endOffset)
  }
  for (const { counter, offset } of counters) counter.add(counts[offset] ?? 0)
}

/** The sources' paths from the workspace's root, for people. */
export function shortPath(path: string): string {
  return path.slice(root.length + 1)
}
