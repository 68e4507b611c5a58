interface Position {
  readonly line: number
  readonly column: number | null
}

interface Location {
  readonly start: Partial<Position>
}

/** A file's coverage in Istanbul's form, as far as it is used here: what there is, and how often it ran. */
export interface FileCoverage {
  readonly path: string
  readonly statementMap: Readonly<Record<string, Location>>
  readonly fnMap: Readonly<Record<string, { readonly loc: Location }>>
  readonly branchMap: Readonly<Record<string, { readonly locations: readonly Location[] }>>
  readonly s: Record<string, number>
  readonly f: Record<string, number>
  readonly b: Record<string, number[]>
}

/** Something that is counted: where it begins in its source, and how to add to its count. */
export interface Counter {
  readonly line: number
  readonly column: number
  readonly add: (count: number) => void
}

/** Every statement, function and branch of a file that has a place of its own. */
export function countersOf({ statementMap, fnMap, branchMap, s, f, b }: FileCoverage): Counter[] {
  const counters: Counter[] = []
  const counter = ({ start }: Location, add: Counter['add']) => {
    if (start.line !== undefined) counters.push({ line: start.line, column: start.column ?? 0, add })
  }
  for (const [id, place] of Object.entries(statementMap)) {
    counter(place, (count) => {
      s[id] = (s[id] ?? 0) + count
    })
  }
  for (const [id, { loc }] of Object.entries(fnMap)) {
    counter(loc, (count) => {
      f[id] = (f[id] ?? 0) + count
    })
  }
  for (const [id, { locations }] of Object.entries(branchMap)) {
    for (const [index, place] of locations.entries()) {
      counter(place, (count) => {
        const counts = b[id]
        if (counts) counts[index] = (counts[index] ?? 0) + count
      })
    }
  }
  return counters
}
