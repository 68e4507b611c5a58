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
    message: `The option reset is ${JSON.stringify(reset)}, but other workers use the namespace ${namespace} too: a reset would delete their rows.`,
    hint: "Give each worker a namespace of its own: isolation: 'worker'",
    details: { option: 'reset', value: reset, namespace },
  })
}
