import { IrisDevtesterError } from '@iris-devtester/core'

/**
 * An error of ours as Vitest should print it: the message says it all, so without stack frames of our own and without the
 * properties, which Vitest would print as well. Any other error stays as it is.
 */
export function shownError(error: unknown): unknown {
  if (!(error instanceof IrisDevtesterError)) return error
  const shown = new Error(error.message)
  shown.name = error.name
  shown.stack = `${error.name}: ${error.message}`
  return shown
}
