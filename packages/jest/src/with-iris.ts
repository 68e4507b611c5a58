import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import type { Config } from 'jest'
import { ENVIRONMENTS, HOOKS } from './entry-files.ts'
import { type IrisOptions, PROJECT_OPTIONS } from './iris-options.ts'
import { runState } from './run-state.ts'

/** A configuration file's function. */
export type ConfigFunction = () => Config | Promise<Config>

/**
 * Adds IRIS to a Jest configuration of any kind: environment, global set-up and teardown. The configuration's own, or its
 * preset's, are run too: set-ups after IRIS is up, teardowns before it is given back. An environment of one's own is left
 * alone; see {@link extendEnvironment}.
 *
 * Around `projects`, it adds IRIS to each; a project's own `testEnvironmentOptions: { iris: { … } }` count before `options`,
 * and `{ iris: false }` leaves the project as it is. It may also stand inside `projects`, around those that have IRIS.
 *
 * ```ts
 * export default withIris({ preset: 'ts-jest' })
 * ```
 */
export function withIris(config?: Config, options?: IrisOptions): Config
export function withIris(config: ConfigFunction, options?: IrisOptions): () => Promise<Config>
export function withIris(config: Config | ConfigFunction = {}, options: IrisOptions = {}) {
  return typeof config === 'function' ? async () => inRun(await config(), options) : inRun(config, options)
}

function inRun(config: Config, options: IrisOptions): Config {
  const { projects } = { ...presetOf(config), ...config }
  if (!projects) return inProject(config, options)
  runState().options ??= options
  const wrapped = projects.map((one) => {
    if (typeof one === 'string') {
      runState().hasFolders = true
      return one
    }
    const { iris, ...rest } = { ...(one.testEnvironmentOptions as Record<string, unknown> | undefined) }
    if (iris !== false) return inProject(one, options)
    runState().isPartial = true
    // Jest makes globals of these options.
    return { ...one, testEnvironmentOptions: rest }
  })
  return { ...inProject(config, options), projects: wrapped }
}

function inProject<Given extends Config>(config: Given, options: IrisOptions): Given {
  const whole: Config = { ...presetOf(config), ...config }
  const { testEnvironment = 'node', testEnvironmentOptions } = whole
  runState().hooks.push(whole)
  const iris = { ...options, ...(testEnvironmentOptions?.iris as IrisOptions | undefined) }
  return {
    ...config,
    ...HOOKS,
    testEnvironment: ENVIRONMENTS[testEnvironment.replace(/^jest-environment-/, '')] ?? testEnvironment,
    testEnvironmentOptions: { ...testEnvironmentOptions, iris, [PROJECT_OPTIONS]: iris },
  }
}

/** What stands in the preset; nothing when it can't be found from here, which Jest itself will tell better. */
function presetOf({ preset, rootDir = '.' }: Config): Config {
  if (!preset) return {}
  const folder = resolve(rootDir)
  const name = preset.replace('<rootDir>', folder)
  const require = createRequire(resolve(folder, 'package.json'))
  for (const ending of ['/jest-preset', '/jest-preset.cjs', '/jest-preset.mjs', '']) {
    try {
      const loaded = require(name + ending)
      return loaded.default ?? loaded
    } catch {
      // Not under this name. A preset that is there but broken, Jest itself tells better.
    }
  }
  return {}
}
