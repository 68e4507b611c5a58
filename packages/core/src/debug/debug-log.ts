/** A part of the product that can be watched by itself. */
export type DebugArea = 'engine' | 'ports' | 'lease' | 'reaper'

/** Writes what happens to standard error, where that is asked for. */
export interface DebugLog {
  /** @param message makes the line; called only where it is written. It must never hold a secret. */
  (message: () => string): void
  /** Logs an error that is otherwise dropped. */
  swallowed(what: string, error: unknown): void
}

/**
 * The log of an area: on where `NODE_DEBUG` names `iris-devtester`, or the area as in `iris-devtester:ports`.
 *
 * @see https://nodejs.org/api/util.html#utildebuglogsection-callback
 */
export function debugLog(area: DebugArea): DebugLog {
  let write: ((format: string, ...values: unknown[]) => void) | false | undefined
  const log = (message: () => string) => {
    write ??= writerFor(area)
    if (write) write('%s %s %s', `+${performance.now().toFixed(1)}ms`, area, message())
  }
  return Object.assign(log, {
    swallowed: (what: string, error: unknown) => log(() => `${what}: ${firstLine(error)} (ignored)`),
  })
}

/** Loaded at the first message: importing `node:util` opens the standard streams, which loading this package must not do. */
function writerFor(area: DebugArea): typeof console.error | false {
  if (!/iris-devtester|\*/i.test(process.env.NODE_DEBUG ?? '')) return false
  const { debuglog } = process.getBuiltinModule('node:util')
  return [debuglog('iris-devtester'), debuglog(`iris-devtester:${area}`)].find(({ enabled }) => enabled) ?? false
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.split('\n')[0] ?? ''
}
