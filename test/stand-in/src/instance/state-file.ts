import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { User } from '../security/users.ts'

/** A service that lets people in, such as `%Service_Bindings`. */
export interface Service {
  enabled: boolean
  /** Bit mask of the ways to authenticate: 32 is a password, 16 the operating system. */
  autheEnabled: number
}

/** What outlives a restart of the container, besides the databases. */
export interface InstanceState {
  readonly users: User[]
  readonly services: Record<string, Service>
  /** From database name to directory. */
  readonly databases: Record<string, string>
  readonly namespaces: Record<string, NamespaceMapping>
}

/** Where a namespace's data and code live: names of databases. */
export interface NamespaceMapping {
  readonly globals: string
  readonly routines: string
}

const NAME = 'stand-in-state.json'

/** The state in `<mgr>`; `undefined` before the first start. */
export function readState(mgr: string): InstanceState | undefined {
  try {
    return JSON.parse(readFileSync(join(mgr, NAME), 'utf8')) as InstanceState
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

export function writeState(mgr: string, state: InstanceState): void {
  const path = join(mgr, NAME)
  writeFileSync(`${path}.new`, JSON.stringify(state, null, 2))
  renameSync(`${path}.new`, path)
}
