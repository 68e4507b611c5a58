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
    message: `The option reset is ${JSON.stringify(reset)}, but other workers use the namespace ${namespace} too: a reset would delete their rows.`,
    hint: "Give each worker a namespace of its own: isolation: 'worker'",
    details: { option: 'reset', value: reset, namespace },
  })
}
