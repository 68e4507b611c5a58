import type { Specs, Values } from './option-spec.ts'
import type { Report } from './report.ts'

/** What every command knows of how it was called. */
export interface CommandContext {
  /** Whether one JSON value is all that may go to standard output. */
  readonly json: boolean
  /** The project that the command line or `IRIS_PROJECT_PATH` names, as an absolute path. */
  readonly project: string | undefined
  /** The instance that the command line names. */
  readonly instance: string | undefined
  /** Absolute. */
  readonly workingDirectory: string
  /** Whether the project or its instance was named on the command line. */
  readonly namesProject: boolean
  /** Absolute; `undefined` for the default one. */
  readonly registryPath: string | undefined
  /** All commands of the program. */
  readonly commands: readonly (CommandDefinition | GroupDefinition)[]
}

/** What a command does: it gives a report, or an exit code when it has spoken for itself. */
export type Run<Input> = (context: CommandContext, input: Input) => Promise<Report | number>

/** A command, but for the code behind it, which is loaded when it runs. */
export interface CommandDefinition {
  readonly name: string
  /** One line, without a full stop. */
  readonly summary: string
  /** More, in sentences. */
  readonly description?: string
  readonly arguments: Specs
  readonly options: Specs
  /** Command lines without the program's name, each with what it is for. */
  readonly examples: readonly (readonly [line: string, purpose: string])[]
  /** The shape of what `--json` prints, in TypeScript's notation; none for a command whose output isn't its own. */
  readonly json?: string
  /** Words from the first argument on belong to another program, whatever they look like. */
  readonly passesThrough?: boolean
  load(): Promise<Run<never>>
}

/** Commands under a common name. */
export interface GroupDefinition {
  readonly name: string
  readonly summary: string
  readonly commands: readonly CommandDefinition[]
}

/** The parts of a {@link CommandDefinition}, those that may be empty left out. */
export interface CommandParts<Arguments extends Specs, Options extends Specs>
  extends Omit<CommandDefinition, 'arguments' | 'options' | 'load'> {
  readonly arguments?: Arguments
  readonly options?: Options
  readonly load: () => Promise<Run<Values<Arguments> & Values<Options>>>
}

type NoSpecs = Record<never, never>

/** Defines a command; its code has to take exactly what its arguments and options give. */
export function defineCommand<const Arguments extends Specs = NoSpecs, const Options extends Specs = NoSpecs>(
  parts: CommandParts<Arguments, Options>,
): CommandDefinition {
  return { ...parts, arguments: parts.arguments ?? {}, options: parts.options ?? {} }
}

export function isGroup(one: CommandDefinition | GroupDefinition): one is GroupDefinition {
  return 'commands' in one
}
