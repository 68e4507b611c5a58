import { statSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import { folderOf } from '../../ports/document/project-path.ts'
import { LeaseError } from './lease-error.ts'

/**
 * Refuses options that mean nothing, which a configuration in JavaScript can hold.
 *
 * @param known the names that there are.
 * @throws LeaseError `OPTION_UNKNOWN`, `OPTION_INVALID`
 */
export function checkOptions(
  options: { readonly load?: unknown; readonly resetExcept?: unknown; readonly projectPath?: string | undefined },
  known: readonly string[],
): void {
  if (typeof options !== 'object' || Array.isArray(options)) {
    throw invalidOption('iris', options, "an object of options: { image: 'registry.example.com/iris:2026.1' }")
  }
  for (const name of Object.keys(options)) if (!known.includes(name)) throw unknownOption(name, known)
  const { load, resetExcept, projectPath } = options
  if (
    resetExcept !== undefined &&
    !(Array.isArray(resetExcept) && resetExcept.every((one) => typeof one === 'string'))
  ) {
    throw invalidOption('resetExcept', resetExcept, "a list of tables: ['Sample.Country']")
  }
  if (load !== undefined && !(Array.isArray(load) && load.every(isEntry))) throw invalidLoad(load)
  // What isn't absolute is refused as no path at all.
  if (projectPath === undefined || !isAbsolute(projectPath)) return
  if (!statSync(folderOf(projectPath), { throwIfNoEntry: false })?.isDirectory()) {
    throw invalidOption('projectPath', projectPath, 'a folder that exists')
  }
}

function isEntry(one: unknown): boolean {
  return typeof one === 'string' || typeof one === 'function'
}

/** A function that had to cross to another process has become null on its way. */
function invalidLoad(load: unknown): LeaseError {
  if (Array.isArray(load) && load.some((one) => one === null)) {
    return invalidOption(
      'load',
      load,
      "a list of paths or globs: a function can't cross to the process that loads, so put it into a file as its default export: ['./seed.mjs']",
    )
  }
  const meant = typeof load === 'string' ? `: ['${load}']` : ''
  return invalidOption('load', load, `a list of paths, globs or functions${meant}`)
}

/** What to throw for an option's value that can't be. */
export function invalidOption(name: string, value: unknown, wanted: string): LeaseError {
  return new LeaseError({
    code: 'OPTION_INVALID',
    message: `The option ${name} is ${JSON.stringify(value)}, but must be ${wanted}.`,
    details: { option: name, value, wanted },
  })
}

/** What to throw for an option that nobody knows. */
export function unknownOption(name: string, known: readonly string[]): LeaseError {
  const meant = nearestName(name, known)
  return new LeaseError({
    code: 'OPTION_UNKNOWN',
    message: `There is no option ${JSON.stringify(name)}.`,
    hint: meant === undefined ? `Use one of: ${known.join(', ')}.` : `Did you mean ${meant}?`,
    details: { option: name, ...(meant === undefined ? {} : { nearest: meant }), known },
  })
}

/** The known name that is probably meant, if one is near. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const [nearest] = known
    .map((one) => [one, distance(name.toLowerCase(), one.toLowerCase())] as const)
    .sort(([, one], [, other]) => one - other)
  return nearest && nearest[1] <= Math.max(2, name.length / 3) ? nearest[0] : undefined
}

/** How many letters have to be put in, left out or changed to get from one word to the other. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1]
    for (const [column, wanted] of [...other].entries()) {
      const changed = (row[column] as number) + (letter === wanted ? 0 : 1)
      next.push(Math.min(changed, (row[column + 1] as number) + 1, (next[column] as number) + 1))
    }
    row = next
  }
  return row[other.length] as number
}

/**
 * Refuses a reset that was asked for where there is no web port to do it over.
 *
 * @throws LeaseError `OPTION_INVALID`
 */
export function checkResetOver(
  webPort: number,
  { reset, isResetAsked }: { readonly reset: unknown; readonly isResetAsked: boolean },
): void {
  if (webPort !== 0 || !isResetAsked) return
  throw invalidOption(
    'reset',
    reset,
    'false here: a reset needs the web port of this IRIS, and none is known. If it has one, set IRIS_WEB_PORT',
  )
}
