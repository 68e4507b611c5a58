import type { Reset } from '../connection/reset-settings.ts'
import { IrisDevtesterError } from '../errors/iris-devtester-error.ts'

/** The namespaces that are made for one worker, or for a run. */
const OWN = /^IDT[0-9A-F]{8}([RWF])\d+$/

/**
 * Refuses a reset in a namespace that isn't one worker's own.
 *
 * @throws IrisDevtesterError `OPTION_INVALID`
 */
export function checkResettable(namespace: string, reset: Reset, workers: number): void {
  const [, kind] = OWN.exec(namespace.toUpperCase()) ?? []
  if (reset === false || kind === 'W' || kind === 'F' || (kind === 'R' && workers === 1)) return
  throw new IrisDevtesterError({
    code: 'OPTION_INVALID',
    message: `The reset is ${JSON.stringify(reset)}, but the namespace ${namespace} isn't one worker's own: it would take away what others have written.`,
    hint: 'Use the isolation worker, which gives each worker a namespace.',
    details: { option: 'reset', value: reset, namespace },
  })
}
