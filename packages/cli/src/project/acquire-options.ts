import type { AcquireOptions } from '@iris-devtester/core'
import type { CommandContext } from '../program/command-definition.ts'
import { projectPathOf } from './project-path.ts'
import type { GivenCredentials } from './server-connection.ts'

/** What the options that describe a container gave. */
export interface GivenSettings extends GivenCredentials {
  readonly image: string | undefined
  readonly load: readonly string[]
  readonly replace: boolean
}

/** The same for `acquireIris`; what isn't given is left to it. */
export function settingsFrom({ image, namespace, username, password, load, replace }: GivenSettings): AcquireOptions {
  const given = Object.entries({ image, namespace, username, password }).filter(([, value]) => value !== undefined)
  return { ...Object.fromEntries(given), load, ...(replace ? { replace } : {}) }
}

/**
 * The project, for `acquireIris`, which lets the environment decide before its options; on the command line it is the
 * other way about. Processes started from here are to see the same project.
 */
export async function namedProject(context: CommandContext): Promise<string> {
  const projectPath = await projectPathOf(context)
  if (context.namesProject || projectPath !== context.workingDirectory) process.env.IRIS_PROJECT_PATH = projectPath
  return projectPath
}
