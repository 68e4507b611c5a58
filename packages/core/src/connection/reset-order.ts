/** A table that is emptied, in its place among the others. */
export interface OrderedTable {
  /** `Schema.Name`. */
  readonly key: string
  /** Whether rows that refer to it may still be there when its turn comes: its own, or those of a cycle. */
  readonly isReferenced: boolean
}

/** A foreign key, from the table that has it to the one it refers to. */
export interface Reference {
  readonly from: string
  readonly to: string
}

/**
 * The order in which tables can be emptied: those that refer to others first. A cycle is opened at one of its tables.
 * Filled again in the opposite order, a row finds what it refers to.
 */
export function resetOrder(keys: readonly string[], references: readonly Reference[]): OrderedTable[] {
  const referrers = new Map(keys.map((key) => [key, new Set<string>()]))
  for (const { from, to } of references) if (referrers.has(from)) referrers.get(to)?.add(from)
  const order: OrderedTable[] = []
  const take = (key: string) => {
    const left = referrers.get(key) as Set<string>
    referrers.delete(key)
    order.push({ key, isReferenced: left.size > 0 })
    const freed: string[] = []
    for (const [other, set] of referrers) if (set.delete(key) && isFree(other, set)) freed.push(other)
    return freed
  }
  let free = [...referrers].filter(([key, set]) => isFree(key, set)).map(([key]) => key)
  while (referrers.size > 0) {
    if (free.length === 0) free = [inCycle(referrers)]
    for (const key of free.splice(0)) if (referrers.has(key)) free.push(...take(key))
  }
  return order
}

/** A row that refers to its own table goes together with it. */
function isFree(key: string, referrers: ReadonlySet<string>): boolean {
  return referrers.size === 0 || (referrers.size === 1 && referrers.has(key))
}

/** From a table to one that refers to it, and so on: as each has one, the way ends in a circle. */
function inCycle(referrers: ReadonlyMap<string, ReadonlySet<string>>): string {
  const passed = new Set<string>()
  let [key = ''] = referrers.keys()
  while (!passed.has(key)) {
    passed.add(key)
    key = [...(referrers.get(key) ?? [])].find((other) => other !== key) ?? key
  }
  return key
}
