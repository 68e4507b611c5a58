import { CliError } from './cli-error.ts'

export const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Gives work that cleans up after itself the chance to: the first signal aborts it, a second one ends the process at once.
 *
 * @throws CliError `INTERRUPTED` when a signal came; what `work` throws.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  let received: NodeJS.Signals | undefined
  const listener = (signal: NodeJS.Signals) => {
    received = signal
    // Not yet: without a listener of ours, the lock library's listener ends the process on this very signal.
    setImmediate(stopListening)
    controller.abort()
  }
  const stopListening = () => {
    for (const one of ENDING_SIGNALS) process.off(one, listener)
  }
  for (const one of ENDING_SIGNALS) process.on(one, listener)
  try {
    return await work(controller.signal)
  } catch (error) {
    if (received === undefined) throw error
    throw new CliError({
      code: 'INTERRUPTED',
      message: `Ended by ${received}.`,
      details: { signal: received },
      cause: error,
    })
  } finally {
    stopListening()
  }
}
