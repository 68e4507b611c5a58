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
  for (const [id, otherId] of pairs(own.statementMap, other.statementMap, placeOf)) {
    own.s[id] = (own.s[id] ?? 0) + (other.s[otherId] ?? 0)
  }
  for (const [id, otherId] of pairs(own.branchMap, other.branchMap, ({ type, loc }) => `${type} ${placeOf(loc)}`)) {
    own.b[id] = (own.b[id] ?? []).map((count, index) => count + (other.b[otherId]?.[index] ?? 0))
  }
}

/**
 * Which counter is which. Compilers map a column back more or less well but keep the order of what they leave in, so the
 * place decides only where they left something out.
 */
function pairs<T>(
  own: Readonly<Record<string, T>>,
  other: Readonly<Record<string, T>>,
  keyOf: (place: T) => string,
): [id: string, otherId: string][] {
  const [ids, otherIds] = [Object.keys(own), Object.keys(other)]
  if (ids.length === otherIds.length) return ids.map((id, index) => [id, otherIds[index] ?? id])
  const places = new Map(Object.entries(own).map(([id, place]) => [keyOf(place), id]))
  return Object.entries(other).flatMap(([otherId, place]) => {
    const id = places.get(keyOf(place))
    return id === undefined ? [] : [[id, otherId]]
  })
}

function placeOf({ start }: Location): string {
  return `${start.line}:${start.column}`
}
