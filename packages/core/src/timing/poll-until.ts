import { setTimeout as sleep } from 'node:timers/promises'

/** How {@link pollUntil} goes about it. */
export interface PollOptions {
  /** How long to wait between two polls, in ms. */
  readonly intervalMs?: number
  /** What to wait for instead. */
  readonly wait?: () => Promise<void>
  /** When to give up, by `performance.now()`. Default: never. */
  readonly deadline?: number
  /** Ends the wait. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Polls a condition until it gives a value.
 *
 * @param condition gives `undefined` as long as it is not met.
 * @returns what `condition` gave; `undefined` when the deadline has passed.
 * @throws what `condition` throws; the signal's reason when it aborts.
 */
export async function pollUntil<T>(
  condition: () => Promise<T | undefined> | T | undefined,
  { intervalMs = 0, wait = () => sleep(intervalMs), deadline = Number.POSITIVE_INFINITY, signal }: PollOptions,
): Promise<T | undefined> {
  for (;;) {
    signal?.throwIfAborted()
    const seen = await condition()
    if (seen !== undefined) return seen
    if (performance.now() > deadline) return undefined
    await wait()
  }
}
