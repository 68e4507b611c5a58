import { setTimeout as sleep } from 'node:timers/promises'

/** How {@link pollUntil} goes about it. */
export interface PollOptions {
  /** How long to wait between two looks, in ms. */
  readonly intervalMs: number
  /** When to give up, by `performance.now()`. Default: never. */
  readonly deadline?: number
  /** Ends the wait. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Looks again and again until there is something to see.
 *
 * @param look gives `undefined` as long as there is nothing.
 * @returns what `look` gave; `undefined` when the deadline has passed.
 * @throws what `look` throws; the signal's reason when it aborts.
 */
export async function pollUntil<T>(
  look: () => Promise<T | undefined> | T | undefined,
  { intervalMs, deadline = Number.POSITIVE_INFINITY, signal }: PollOptions,
): Promise<T | undefined> {
  for (;;) {
    signal?.throwIfAborted()
    const seen = await look()
    if (seen !== undefined) return seen
    if (performance.now() > deadline) return undefined
    await sleep(intervalMs)
  }
}
