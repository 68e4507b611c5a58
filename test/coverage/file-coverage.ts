interface Location {
  readonly start: { readonly line?: number; readonly column?: number | null }
}

interface Branch {
  readonly type: string
  readonly loc: Location
}

/** A file's coverage in Istanbul's form, as far as it is used here: what there is, and how often it ran. */
export interface FileCoverage {
  readonly path: string
  readonly statementMap: Readonly<Record<string, Location>>
  readonly branchMap: Readonly<Record<string, Branch>>
  readonly s: Record<string, number>
  readonly b: Record<string, number[]>
}

/**
 * Adds counts of the same source that were taken elsewhere.
 *
 * @param own grows
 */
export function addCounts(own: FileCoverage, other: FileCoverage): void {
  for (const [id, otherId] of pairs(own.statementMap, other.statementMap, lineOf)) {
    own.s[id] = (own.s[id] ?? 0) + (other.s[otherId] ?? 0)
  }
  for (const [id, otherId] of pairs(own.branchMap, other.branchMap, ({ type, loc }) => `${type} ${lineOf(loc)}`)) {
    own.b[id] = (own.b[id] ?? []).map((count, index) => count + (other.b[otherId]?.[index] ?? 0))
  }
}

/** Which counter is which: the first of a line is the first of that line. Compilers map columns back more or less well. */
function pairs<T>(
  own: Readonly<Record<string, T>>,
  other: Readonly<Record<string, T>>,
  keyOf: (place: T) => string,
): [id: string, otherId: string][] {
  const others = idsByKey(other, keyOf)
  return [...idsByKey(own, keyOf)].flatMap(([key, ids]) =>
    ids.flatMap((id, index): [string, string][] => {
      const otherId = others.get(key)?.[index]
      return otherId === undefined ? [] : [[id, otherId]]
    }),
  )
}

function idsByKey<T>(places: Readonly<Record<string, T>>, keyOf: (place: T) => string): Map<string, string[]> {
  const ids = new Map<string, string[]>()
  for (const [id, place] of Object.entries(places)) ids.set(keyOf(place), [...(ids.get(keyOf(place)) ?? []), id])
  return ids
}

function lineOf({ start }: Location): string {
  return `${start.line}`
}
