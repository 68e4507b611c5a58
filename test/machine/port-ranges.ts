/**
 * Where this worker's tests have their containers: apart from the default ranges, which an IRIS and other projects of the
 * machine may use, and apart from other workers' ranges.
 */
const FIRST = 22_000 + Number(process.env.VITEST_POOL_ID ?? 1) * 20

export const SUPERSERVER_RANGE = [FIRST, FIRST + 9] as const
export const WEB_RANGE = [FIRST + 10, FIRST + 19] as const

/** A superserver port of this worker's range: the first one is 0. */
export function portAt(index: number): number {
  return FIRST + index
}
