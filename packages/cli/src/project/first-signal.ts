import { ENDING_SIGNALS } from '../program/interruptible.ts'

/** Resolves with the first signal. The second one ends the process at once, as without us. */
export function firstSignal(): Promise<void> {
  return new Promise((resolve) => {
    const listener = () => {
      resolve()
      // Not yet: without a listener of ours, the lock library's listener ends the process on this very signal.
      setImmediate(() => {
        for (const signal of ENDING_SIGNALS) process.off(signal, listener)
      })
    }
    for (const signal of ENDING_SIGNALS) process.on(signal, listener)
  })
}
