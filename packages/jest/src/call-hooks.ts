import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import type { Config } from '@jest/types'
import { HOOKS } from './entry-files.ts'
import { jestModule } from './jest-modules.ts'
import { runState } from './run-state.ts'

type Hook = (globalConfig: Config.GlobalConfig, projectConfig: Config.ProjectConfig) => unknown
type JestUtil = { requireOrImportModule(path: string): Promise<Hook> }

/** Calls the user's own hooks of a kind, loaded as Jest would: its transforms are in force while it calls one of ours. */
export async function callHooks(kind: keyof typeof HOOKS, ...configs: Parameters<Hook>): Promise<void> {
  const files = runState().hooks.map(({ [kind]: path, rootDir = configs[1].rootDir }) => {
    const folder = resolve(rootDir)
    return path && createRequire(resolve(folder, 'package.json')).resolve(path.replace('<rootDir>', folder))
  })
  const { requireOrImportModule } = jestModule<JestUtil>('jest-util')
  // Ours is among them when a configuration is wrapped twice, or names our preset.
  for (const file of new Set(files))
    if (file && file !== HOOKS[kind]) await (await requireOrImportModule(file))(...configs)
}
