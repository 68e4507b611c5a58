import { type CommandDefinition, type GroupDefinition, isGroup } from './command-definition.ts'

/** A command with the words that call it. */
export interface CalledCommand {
  readonly words: readonly string[]
  readonly definition: CommandDefinition
}

/** Every command, those in groups too, in the order of the help. */
export function allCommands(commands: readonly (CommandDefinition | GroupDefinition)[]): CalledCommand[] {
  return commands.flatMap((one) =>
    isGroup(one)
      ? one.commands.map((definition) => ({ words: [one.name, definition.name], definition }))
      : [{ words: [one.name], definition: one }],
  )
}
