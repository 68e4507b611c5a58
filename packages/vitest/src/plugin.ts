import { fileURLToPath } from 'node:url'
import type { IrisOptions } from './iris-options.ts'
import { loadedBy, rerunTriggers } from './watch-loaded.ts'

/** What this package needs of a Vite plugin. Vite's own type differs between the major versions of Vitest. */
export interface IrisPlugin {
  /** The plugin's name, as Vite's messages show it. */
  readonly name: string
  /** What other plugins, and our own global set-up, may ask of it. */
  readonly api: { readonly options: IrisOptions }
  /** Vite's hook: adds the global set-up and the options to the user's own configuration. */
  config(config: {
    test?: unknown
  }): { test: { globalSetup: string[]; provide: Record<string, unknown>; forceRerunTriggers?: string[] } } | undefined
}

/** The plugin's name. */
export const PLUGIN_NAME = 'iris-devtester'

/** Under this key the options travel from the configuration to the global set-up. */
export const OPTIONS_KEY = 'iris-devtester:options'

/**
 * Gives each test run its project's own IRIS.
 *
 * ```ts
 * export default defineConfig({ plugins: [iris()] })
 * ```
 *
 * Tests find it by `inject('iris')` and, like the code under test, by the `IRIS_*` environment variables.
 */
export function iris(options: IrisOptions = {}): IrisPlugin {
  const globalSetup = fileURLToPath(new URL('./global-setup.js', import.meta.url))
  return {
    name: PLUGIN_NAME,
    api: { options },
    config: ({ test }) => ({
      test: {
        globalSetup: [globalSetup],
        provide: isPlain(options) ? { [OPTIONS_KEY]: options } : {},
        ...rerunTriggers(test, options),
      },
    }),
  }
}

/** What is provided has to cross to workers, which a function can't: the global set-up finds it in the plugin itself. */
function isPlain(options: IrisOptions): boolean {
  return loadedBy(options).every((one) => typeof one !== 'function')
}
