import type { AcquiredIris } from '@iris-devtester/core'
import type { Config } from 'jest'
import type { IrisOptions } from './iris-options.ts'

interface RunState {
  /** The user's own, which ours stand before since Jest takes one of each, and the folder they are relative to. */
  readonly hooks: Pick<Config, 'globalSetup' | 'globalTeardown' | 'rootDir'>[]
  /** For projects that say nothing themselves, because they are named by their folder. */
  options?: IrisOptions
  /** Whether one of the run's projects is without IRIS. */
  isPartial?: true
  /** Whether one of them is named by its folder, where the configuration around them counts. */
  hasFolders?: true
  held?: { readonly irises: readonly AcquiredIris[]; readonly failureMark: string; end(): Promise<void> }
}

const KEY = Symbol.for('iris-devtester.jest-run')

/** What the configuration and the hooks of one Jest process have in common, in whatever format each is loaded. */
export function runState(): RunState {
  const holder = globalThis as { [KEY]?: RunState }
  holder[KEY] ??= { hooks: [] }
  return holder[KEY]
}
