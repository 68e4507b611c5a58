import { resolve } from 'node:path'
import type { SharedValues } from './shared-options.ts'

/** What every command knows of how it was called. */
export interface CommandContext {
  /** Whether one JSON value is all that may go to standard output. */
  readonly json: boolean
  /** Absolute. */
  readonly projectPath: string
  /** Whether the project was named on the command line. */
  readonly namesProject: boolean
  /** Absolute; `undefined` for the default one. */
  readonly registryPath: string | undefined
}

/** The command line decides before the environment, and that before the working directory. */
export function commandContext(
  { json, project, registry }: SharedValues,
  env: Readonly<Record<string, string | undefined>> = process.env,
  workingDirectory: string = process.cwd(),
): CommandContext {
  return {
    json,
    projectPath: resolve(workingDirectory, project ?? (env.IRIS_PROJECT_PATH || '.')),
    namesProject: project !== undefined,
    registryPath: registry === undefined ? undefined : resolve(workingDirectory, registry),
  }
}
