import type { FileCoverage } from './file-coverage.ts'

/** How much of an area ran. */
export interface Figures {
  readonly area: string
  /** In percent. */
  readonly lines: number
  /** In percent. */
  readonly branches: number
}

/** The figures of each folder of sources, and of all. */
export function figures(files: readonly FileCoverage[], areaOf: (path: string) => string): Figures[] {
  const areas = Map.groupBy(files, ({ path }) => areaOf(path))
  return [...areas, ['all', files] as const]
    .map(([area, members]) => ({
      area,
      lines: percent(members.flatMap(lineCounts)),
      branches: percent(members.flatMap(branchCounts)),
    }))
    .sort((one, other) => one.area.localeCompare(other.area))
}

/** The lines on which a statement begins and none ran, and those with a branch that was never taken, marked `b`. */
export function missedPlaces(file: FileCoverage): string[] {
  const lines = [...perLine(file)].filter(([, count]) => count === 0).map(([line]) => line)
  const branches = Object.entries(file.branchMap)
    .filter(([id, { loc }]) => file.b[id]?.includes(0) && !lines.includes(loc.start.line ?? 0))
    .map(([, { loc }]) => loc.start.line ?? 0)
  return [...lines.map((line) => `${line}`), ...new Set(branches.map((line) => `${line}b`))].sort(
    (one, other) => Number.parseInt(one, 10) - Number.parseInt(other, 10),
  )
}

function perLine({ statementMap, s }: FileCoverage): Map<number, number> {
  const lines = new Map<number, number>()
  for (const [id, { start }] of Object.entries(statementMap)) {
    const line = start.line ?? 0
    lines.set(line, Math.max(lines.get(line) ?? 0, s[id] ?? 0))
  }
  return lines
}

function lineCounts(file: FileCoverage): number[] {
  return [...perLine(file).values()]
}

function branchCounts({ b }: FileCoverage): number[] {
  return Object.values(b).flat()
}

function percent(counts: readonly number[]): number {
  if (counts.length === 0) return 100
  return (100 * counts.filter((count) => count > 0).length) / counts.length
}
