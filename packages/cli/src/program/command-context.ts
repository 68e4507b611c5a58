import { resolve } from 'node:path'
import type { SharedValues } from './shared-options.ts'

/** What every command knows of how it was called. */
export interface CommandContext {
  /** Whether one JSON value is all that may go to standard output. */
  readonly json: boolean
  /** The project that the command line or `IRIS_PROJECT_PATH` names, as an absolute path. */
  readonly project: string | undefined
  /** Absolute. */
  readonly workingDirectory: string
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
  const named = project ?? (env.IRIS_PROJECT_PATH || undefined)
  return {
    json,
    project: named === undefined ? undefined : resolve(workingDirectory, named),
    workingDirectory,
    namesProject: project !== undefined,
    registryPath: registry === undefined ? undefined : resolve(workingDirectory, registry),
  }
}
