import { allCommands, type CalledCommand } from '../program/all-commands.ts'
import { type CommandDefinition, type GroupDefinition, isGroup } from '../program/command-definition.ts'
import { optionName, type Spec } from '../program/option-spec.ts'
import { SHARED_OPTIONS } from '../program/shared-options.ts'

/** An option as it is typed. */
export interface CompletedOption {
  /** `--idle` */
  readonly long: string
  /** `-n` */
  readonly short: string | undefined
  readonly spec: Spec<unknown>
}

/** What can follow the words that call a command. */
export interface CompletedCommand {
  /** `['ports', 'list']` */
  readonly words: readonly string[]
  readonly summary: string
  readonly options: readonly CompletedOption[]
  readonly arguments: readonly Spec<unknown>[]
}

export type Commands = readonly (CommandDefinition | GroupDefinition)[]

/** All commands, with every option they take. */
export function completedCommands(commands: Commands): CompletedCommand[] {
  return allCommands(commands).map(completed)
}

/** The first words, each with its summary. */
export function firstWords(commands: Commands): { readonly name: string; readonly summary: string }[] {
  return commands.map(({ name, summary }) => ({ name, summary }))
}

/** The second words of each group. */
export function groups(commands: Commands): GroupDefinition[] {
  return commands.filter(isGroup)
}

function completed({ words, definition }: CalledCommand): CompletedCommand {
  const options = { ...definition.options, ...SHARED_OPTIONS }
  return {
    words,
    summary: definition.summary,
    options: Object.entries(options).map(([key, spec]) => ({
      long: `--${optionName(key)}`,
      short: spec.short === undefined ? undefined : `-${spec.short}`,
      spec,
    })),
    arguments: Object.values(definition.arguments),
  }
}
