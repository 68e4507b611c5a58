import type { Reset } from '../connection/reset-settings.ts'
import { IrisDevtesterError } from '../errors/iris-devtester-error.ts'
import { isOwnNamespace } from './own-namespace.ts'

/**
 * Refuses a reset in a namespace that isn't one worker's own.
 *
 * @throws IrisDevtesterError `OPTION_INVALID`
 */
export function checkResettable(namespace: string, reset: Reset, workers: number): void {
  if (reset === false || isOwnNamespace(namespace, workers)) return
  throw new IrisDevtesterError({
    code: 'OPTION_INVALID',
    message: `The reset is ${JSON.stringify(reset)}, but the namespace ${namespace} isn't one worker's own: it would take away what others have written.`,
    hint: 'Use the isolation worker, which gives each worker a namespace.',
    details: { option: 'reset', value: reset, namespace },
  })
}
