import { acquireIris, type Isolation, type Keep, toEnvironment } from '@iris-devtester/core'
import type { CommandContext } from '../program/command-definition.ts'
import { interruptible } from '../program/interruptible.ts'
import { type GivenSettings, namedProject, settingsFrom } from '../project/acquire-options.ts'
import { openRegistry } from '../project/open-registry.ts'
import { requireCommand, runChild } from '../project/run-child.ts'

interface RunInput extends GivenSettings {
  readonly command: readonly string[]
  readonly isolation: Isolation | undefined
  readonly keep: Keep | undefined
}

/** Runs a command that finds IRIS by its environment. */
export async function run(context: CommandContext, input: RunInput): Promise<number> {
  requireCommand(input.command[0] ?? '', process.env)
  const projectPath = await namedProject(context)
  // One listener from the start to the command's own: a signal in between would end nothing, or leave the release out.
  return interruptible(async (signal) => {
    await using iris = await acquireIris({
      ...settingsFrom(input),
      projectPath,
      registry: openRegistry(context),
      runner: `cli run ${input.command[0]}`,
      isolation: input.isolation ?? (process.env.IRIS_DEVTESTER_ISOLATION ? undefined : 'run'),
      keep: input.keep,
      signal,
    })
    signal.throwIfAborted()
    return await runChild(input.command, { ...process.env, ...toEnvironment(iris.connection) })
  })
}
