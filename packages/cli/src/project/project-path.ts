import { isAbsolute, resolve } from 'node:path'
import { instanceOf, instancePath, normaliseProjectPath } from '@iris-devtester/core/ports'
import { style } from '../output/style.ts'
import type { CommandContext } from '../program/command-definition.ts'
import { findProject } from './find-project.ts'
import { openRegistry } from './open-registry.ts'

/** Contexts whose project has been named to the user. */
const announced = new WeakSet<object>()

/**
 * The project a command is about: the one its argument names, else the one the command line or `IRIS_PROJECT_PATH` does,
 * else the one around the working directory. One that was found further up is named on standard error.
 */
export async function projectPathOf(context: CommandContext, argument?: string): Promise<string> {
  const named = argument === undefined ? context.project : isAbsolute(argument) ? argument : resolve(argument)
  const path = named === undefined ? await projectAround(context) : normaliseProjectPath(named)
  return instancePath(path, context.instance ?? instanceOf(path))
}

async function projectAround(context: CommandContext): Promise<string> {
  const here = normaliseProjectPath(context.workingDirectory)
  const found = normaliseProjectPath(await findProject(here, knownTo(context)))
  if (found !== here && !announced.has(context)) {
    announced.add(context)
    if (!context.json) process.stderr.write(`${style('dim', `project ${found}`, process.stderr)}\n`)
  }
  return found
}

/** What the registry calls that project. */
export async function projectNameOf(context: CommandContext, argument?: string): Promise<string> {
  return openRegistry(context).projectName(await projectPathOf(context, argument))
}

/** Whether the registry has a port, a run or a container of a folder. It is read once, and only where that is asked. */
function knownTo(context: CommandContext): (folder: string) => Promise<boolean> {
  let known: Promise<ReadonlySet<string>> | undefined
  return async (folder) => {
    known ??= projectsOf(context)
    return (await known).has(openRegistry(context).projectName(folder))
  }
}

async function projectsOf(context: CommandContext): Promise<ReadonlySet<string>> {
  try {
    const { assignments, service_assignments, leases, containers } = await openRegistry(context).read()
    const all = [...assignments, ...service_assignments, ...leases, ...Object.values(containers)]
    return new Set(all.map((one) => one.project_path))
  } catch {
    // The command itself meets the same trouble where it needs the registry, and says what it is.
    return new Set()
  }
}
