import type { AcquiredIris } from '@iris-devtester/core'
import type { IrisOptions } from './iris-options.ts'

/** The user's own modules that ours stand before, since Jest takes one of each. */
export interface Hooks {
  readonly globalSetup?: string | null | undefined
  readonly globalTeardown?: string | null | undefined
  readonly testResultsProcessor?: string | null | undefined
}

export interface RunState {
  /** The hooks of each configuration that `withIris` was given, with the folder they are relative to. */
  readonly hooks: Map<string, Hooks & { readonly rootDir?: string | undefined }>
  options?: IrisOptions
  held?: { readonly iris: AcquiredIris; end(): Promise<void> }
  logTail?: readonly string[]
}

const KEY = Symbol.for('iris-devtester.jest-run')

/** What the configuration, the set-up and the teardown of one Jest process have in common, in whatever format they are loaded. */
export function runState(): RunState {
  const holder = globalThis as { [KEY]?: RunState }
  holder[KEY] ??= { hooks: new Map() }
  return holder[KEY]
}
