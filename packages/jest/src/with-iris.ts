import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import type { Config } from 'jest'
import { ENTRIES } from './entry-files.ts'
import type { IrisOptions } from './iris-options.ts'
import { runState } from './run-state.ts'

/** A configuration file's function. */
export type ConfigFunction = () => Config | Promise<Config>

/**
 * Adds IRIS to a Jest configuration of any kind: environment, global set-up and teardown. The configuration's own, and
 * its preset's, are run too: set-ups after IRIS is up, teardowns before it is given back. An environment of one's own is
 * left alone; see {@link extendEnvironment}.
 *
 * ```ts
 * export default withIris({ preset: 'ts-jest' })
 * ```
 */
export function withIris(config?: Config, options?: IrisOptions): Config
export function withIris(config: ConfigFunction, options?: IrisOptions): () => Promise<Config>
export function withIris(config: Config | ConfigFunction = {}, options: IrisOptions = {}) {
  if (typeof config === 'function') return async () => applyIris(await config(), options)
  return applyIris(config, options)
}

function applyIris(config: Config, options: IrisOptions): Config {
  runState().options ??= options
  const { projects } = config
  return {
    ...inProject(config, options),
    ...(projects && { projects: projects.map((one) => (typeof one === 'string' ? one : inProject(one, options))) }),
    testResultsProcessor: ENTRIES.hooks.testResultsProcessor,
  }
}

function inProject<Given extends Config>(config: Given, options: IrisOptions): Given {
  const preset = presetOf(config)
  const { rootDir, globalSetup, globalTeardown, testResultsProcessor } = config
  const hooks = {
    globalSetup: globalSetup ?? preset.globalSetup,
    globalTeardown: globalTeardown ?? preset.globalTeardown,
    testResultsProcessor: testResultsProcessor ?? preset.testResultsProcessor,
    rootDir: rootDir && resolve(rootDir),
  }
  runState().hooks.set(JSON.stringify(hooks), hooks)
  return {
    ...config,
    testEnvironment: withEnvironment(config.testEnvironment ?? preset.testEnvironment ?? 'node'),
    testEnvironmentOptions: {
      ...(config.testEnvironmentOptions ?? preset.testEnvironmentOptions),
      iris: { ...(config.testEnvironmentOptions?.iris as IrisOptions | undefined), ...options },
    },
    globalSetup: ENTRIES.hooks.globalSetup,
    globalTeardown: ENTRIES.hooks.globalTeardown,
  }
}

function withEnvironment(name: string): string {
  switch (name.replace(/^jest-environment-/, '')) {
    case 'node':
      return ENTRIES.node
    case 'jsdom':
      return ENTRIES.jsdom
    default:
      return name
  }
}

/** What stands in the preset; nothing when it can't be found from here, which Jest itself will tell better. */
function presetOf({ preset, rootDir = '.' }: Config): Config {
  if (!preset) return {}
  const folder = resolve(rootDir)
  const name = preset.replace('<rootDir>', folder)
  const require = createRequire(join(folder, 'package.json'))
  for (const ending of name.startsWith('.') ? [''] : ['/jest-preset', '/jest-preset.cjs', '/jest-preset.mjs']) {
    try {
      const loaded = require(name + ending) as Config & { readonly default?: Config }
      return loaded.default ?? loaded
    } catch {}
  }
  return {}
}
