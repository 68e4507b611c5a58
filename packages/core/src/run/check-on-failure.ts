import { IrisDevtesterError } from '../errors/iris-devtester-error.ts'

/**
 * Refuses an answer to what happens to a failed test's namespace that means nothing.
 *
 * @param option its name where it was given.
 * @throws IrisDevtesterError `OPTION_INVALID`
 */
export function checkOnFailure(option: string, value: unknown): void {
  if (value === undefined || value === 'keep' || value === 'drop') return
  throw new IrisDevtesterError({
    code: 'OPTION_INVALID',
    message: `The option ${option} is ${JSON.stringify(value)}, but must be one of keep, drop.`,
    details: { option, value },
  })
}
