/**
 * Where this worker's tests have their containers: apart from the default ranges, which an IRIS and other projects of the
 * machine may use, and apart from other workers' ranges.
 */
const WORKER = Number(process.env.VITEST_POOL_ID ?? 1)
const FIRST = 22_000 + WORKER * 20

export const SUPERSERVER_RANGE = [FIRST, FIRST + 9] as const
export const WEB_RANGE = [FIRST + 10, FIRST + 19] as const

/** Where applications of this worker's tests listen: in the default range, where another registry's may take the first ports. */
export const NODE_RANGE = [3_100 + WORKER * 20, 3_119 + WORKER * 20] as const

/** A superserver port of this worker's range: the first one is 0. */
export function portAt(index: number): number {
  return FIRST + index
}
