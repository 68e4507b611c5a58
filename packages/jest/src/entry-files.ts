import { fileURLToPath } from 'node:url'

/** The built file, whose path a Jest configuration names. */
const entry = (name: string) => fileURLToPath(new URL(`./${name}.cjs`, import.meta.url))

/** Our environments, by the name of Jest's own that each extends. */
export const ENVIRONMENTS: Readonly<Record<string, string>> = { node: entry('index'), jsdom: entry('jsdom') }
export const HOOKS = { globalSetup: entry('global-setup'), globalTeardown: entry('global-teardown') }
