import { parseModule } from 'magicast'
import { addVitePlugin } from 'magicast/helpers'
import { printModule } from './print-module.ts'

/** Adds the plugin to a Vite or Vitest configuration that exports an object, `defineConfig({…})` or a variable of that. */
export function editVitest(source: string): string | undefined {
  const module = parseModule(source)
  addVitePlugin(module, { from: '@iris-devtester/vitest', imported: 'iris', constructor: 'iris' })
  const edited = printModule(module, source)
  // A function's result, for one, is silently left as it is.
  return /\biris\(\)/.test(edited) ? edited : undefined
}
