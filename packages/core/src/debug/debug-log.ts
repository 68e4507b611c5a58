import { debuglog } from 'node:util'

/** A part of the product that can be watched by itself. */
export type DebugArea = 'engine' | 'ports' | 'lease' | 'reaper'

/** Writes what happens to standard error, where that is asked for. */
export interface DebugLog {
  /** @param message makes the line; called only where it is written. It must never hold a secret. */
  (message: () => string): void
  /** Notes an error that nobody else hears of. */
  swallowed(what: string, error: unknown): void
}

const everything = debuglog('iris-devtester')

/**
 * The log of an area: on where `NODE_DEBUG` names `iris-devtester`, or the area as in `iris-devtester:ports`.
 *
 * @see https://nodejs.org/api/util.html#utildebuglogsection-callback
 */
export function debugLog(area: DebugArea): DebugLog {
  const own = debuglog(`iris-devtester:${area}`)
  const log = (message: () => string) => {
    if (!everything.enabled && !own.enabled) return
    const write = everything.enabled ? everything : own
    write('%s %s %s', `+${performance.now().toFixed(1)}ms`, area, message())
  }
  return Object.assign(log, {
    swallowed: (what: string, error: unknown) => log(() => `${what}: ${firstLine(error)} (ignored)`),
  })
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.split('\n')[0] ?? ''
}
