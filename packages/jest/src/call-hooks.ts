import { createRequire } from 'node:module'
import { join } from 'node:path'
import { jestModule } from './jest-modules.ts'
import { type Hooks, runState } from './run-state.ts'

type Hook = (...values: unknown[]) => unknown

interface JestUtil {
  requireOrImportModule(path: string): Promise<unknown>
}

/** Loads the user's own modules of a kind as Jest would: its transforms are in force while one of its hooks runs. */
export async function userHooks(kind: keyof Hooks, rootDir: string): Promise<Hook[]> {
  const files = new Set<string>()
  for (const hooks of runState().hooks.values()) {
    const path = hooks[kind]
    const folder = hooks.rootDir ?? rootDir
    if (path) files.add(createRequire(join(folder, 'package.json')).resolve(path.replace('<rootDir>', folder)))
  }
  const { requireOrImportModule } = jestModule<JestUtil>('jest-util')
  return Promise.all([...files].map(async (file) => (await requireOrImportModule(file)) as Hook))
}
