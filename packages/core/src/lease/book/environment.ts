import { homedir } from 'node:os'
import { isAbsolute } from 'node:path'
import { LeaseError } from './lease-error.ts'
import { invalidOption, nearestName } from './option-checks.ts'

/** The variables of a process, as `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Whether a variable is set, and to neither `0` nor `false`. */
export function flagIn(env: Environment, name: string): boolean {
  return Boolean(env[name]) && !isOff(env, name)
}

/** Whether a variable is set to `0` or `false`. */
export function isOff(env: Environment, name: string): boolean {
  return env[name] === 'false' || env[name] === '0'
}

/**
 * The whole number of a variable, `undefined` where it is unset or empty.
 *
 * @throws LeaseError `OPTION_INVALID` that names the variable.
 */
export function numberIn(env: Environment, name: string, least = 0): number | undefined {
  const text = env[name]
  if (!text) return undefined
  if (/^\d+$/.test(text) && Number(text) >= least) return Number(text)
  throw invalidOption(name, text, `a whole number of milliseconds, ${least} or more`)
}

/**
 * What an option or else its variable chooses, `undefined` where neither does.
 *
 * @throws LeaseError `OPTION_INVALID` that names the one of the two that is wrong.
 */
export function chosen<T extends string>(
  { option, given, variable }: { readonly option: string; readonly given: T | undefined; readonly variable: string },
  env: Environment,
  allowed: readonly T[],
): T | undefined {
  const value = given ?? (env[variable] || undefined)
  if (value === undefined) return undefined
  const found = allowed.find((one) => one === value)
  if (found !== undefined) return found
  throw invalidOption(given === undefined ? variable : option, value, `one of ${allowed.join(', ')}`)
}

/**
 * The project that `IRIS_PROJECT_PATH` names. A leading `~` is expanded, because no shell does it in a `.env` file or the
 * configuration of a CI.
 *
 * @throws LeaseError `OPTION_INVALID` for a relative path, which would be another project in each working directory.
 */
export function projectPathIn(env: Environment): string | undefined {
  const given = env.IRIS_PROJECT_PATH
  if (!given) return undefined
  const path = given.replace(/^~(?=$|[/\\])/, () => env.HOME || homedir())
  if (isAbsolute(path)) return path
  throw new LeaseError({
    code: 'OPTION_INVALID',
    message: `IRIS_PROJECT_PATH is ${JSON.stringify(given)}, but must be an absolute path, or begin with ~/: a relative one would be another project in each working directory.`,
    hint: 'Write the folder in full: export IRIS_PROJECT_PATH="$PWD"\nOr leave it out: unset IRIS_PROJECT_PATH',
    details: { option: 'IRIS_PROJECT_PATH', value: given },
  })
}

/** Every variable of ours that a user can set. A test compares the list with the sources. */
export const VARIABLES = [
  'IRIS_DEVTESTER_ANNOTATIONS',
  'IRIS_DEVTESTER_ENGINE',
  'IRIS_DEVTESTER_ENGINE_HOST',
  'IRIS_DEVTESTER_GIVEN',
  'IRIS_DEVTESTER_HOLDER',
  'IRIS_DEVTESTER_HOME',
  'IRIS_DEVTESTER_IDLE_TIMEOUT_MS',
  'IRIS_DEVTESTER_ISOLATION',
  'IRIS_DEVTESTER_JEST_RUN',
  'IRIS_DEVTESTER_KEEP',
  'IRIS_DEVTESTER_MACHINE',
  'IRIS_DEVTESTER_MCP_TOKEN',
  'IRIS_DEVTESTER_NAMESPACES',
  'IRIS_DEVTESTER_NODE_PORT_RANGE',
  'IRIS_DEVTESTER_ON_FAILURE',
  'IRIS_DEVTESTER_PHP_PORT_RANGE',
  'IRIS_DEVTESTER_PORT_RANGE',
  'IRIS_DEVTESTER_PYTHON_PORT_RANGE',
  'IRIS_DEVTESTER_QUIET',
  'IRIS_DEVTESTER_REAPER',
  'IRIS_DEVTESTER_REAPER_TICK_MS',
  'IRIS_DEVTESTER_REGISTRY',
  'IRIS_DEVTESTER_REGISTRY_PACKAGE',
  'IRIS_DEVTESTER_REPLACE',
  'IRIS_DEVTESTER_RUN',
  'IRIS_DEVTESTER_RUN_ID',
  'IRIS_DEVTESTER_SHARE',
  'IRIS_DEVTESTER_STARTUP_TIMEOUT_MS',
  'IRIS_DEVTESTER_STATIC_PORT_RANGE',
  'IRIS_DEVTESTER_WEB_PORT_RANGE',
] as const

/** Variables that are spelt almost as one of ours: a warning for each. Others may be somebody else's. */
export function misspeltIn(env: Environment): string[] {
  const known: ReadonlySet<string> = new Set(VARIABLES)
  return Object.keys(env)
    .filter(
      (name) => /^IRIS_DEVTESTERS?_/i.test(name) && !known.has(name) && !/^IRIS_DEVTESTER_(?:PORT|INSTALL)_/.test(name),
    )
    .flatMap((name) => {
      const meant = nearestName(name, VARIABLES)
      return meant === undefined ? [] : [`There is no variable ${name}, so it has no effect. Did you mean ${meant}?`]
    })
}
