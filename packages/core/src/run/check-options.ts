import { IrisDevtesterError } from '../errors/iris-devtester-error.ts'
import { nearestName, unknownOption } from '../lease/book/option-checks.ts'

/**
 * Refuses what a runner takes although it means nothing, where options of others stand beside ours: a name that is spelt
 * almost as one of ours, and a value that none of ours has.
 *
 * @param given the options by name.
 * @param known each name, with the values it can have where these are few.
 * @throws IrisDevtesterError `OPTION_UNKNOWN`, `OPTION_INVALID`
 */
export function checkOptionsAmongOthers(
  given: Readonly<Record<string, unknown>>,
  known: Readonly<Record<string, readonly unknown[] | undefined>>,
): void {
  const names = Object.keys(known)
  for (const [name, value] of Object.entries(given)) {
    if (!names.includes(name)) {
      if (nearestName(name, names) !== undefined) throw unknownOption(name, names)
      continue
    }
    const allowed = known[name]
    if (value === undefined || allowed === undefined || allowed.includes(value)) continue
    throw new IrisDevtesterError({
      code: 'OPTION_INVALID',
      message: `The option ${name} is ${JSON.stringify(value)}, but must be one of ${allowed.join(', ')}.`,
      details: { option: name, value },
    })
  }
}
