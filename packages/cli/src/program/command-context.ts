import { homedir } from 'node:os'
import { isAbsolute, resolve } from 'node:path'
import type { CommandContext } from './command-definition.ts'
import type { SharedValues } from './shared-options.ts'

/** The command line decides before the environment, and that before the working directory. */
export function commandContext(
  { json, project, instance, registry }: SharedValues,
  commands: CommandContext['commands'],
  env: Readonly<Record<string, string | undefined>> = process.env,
  workingDirectory: string = process.cwd(),
): CommandContext {
  return {
    json,
    // A path that is whole may name an instance, which resolve() would take for a folder.
    project:
      project === undefined || isAbsolute(project)
        ? (project ?? fromEnvironment(env))
        : resolve(workingDirectory, project),
    instance,
    workingDirectory,
    namesProject: project !== undefined || instance !== undefined,
    registryPath: registry === undefined || isAddress(registry) ? registry : resolve(workingDirectory, registry),
    commands,
  }
}

/** A leading `~` is expanded, because no shell does it in a `.env` file. A relative path is refused where the project is asked for. */
function fromEnvironment(env: Readonly<Record<string, string | undefined>>): string | undefined {
  return env.IRIS_PROJECT_PATH?.replace(/^~(?=$|[/\\])/, () => env.HOME || homedir()) || undefined
}

/** Whether it is an address rather than a path; which ones can be used is the registry's to say. */
function isAddress(registry: string): boolean {
  return /^\W*[a-z][a-z\d+.-]+:/i.test(registry)
}
