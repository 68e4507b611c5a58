import { Argument, Command, InvalidArgumentError, Option } from 'commander'
import { type CommandDefinition, type GroupDefinition, isGroup } from './command-definition.ts'
import { terminalWidth, wrapWords } from './fit-width.ts'
import { optionName, type Spec, type Specs } from './option-spec.ts'
import { PROGRAM_NAME } from './program-name.ts'
import { SHARED_OPTIONS, type SharedValues } from './shared-options.ts'

/** What the parser made of a command line. */
export interface Invocation {
  readonly definition: CommandDefinition
  readonly shared: SharedValues
  readonly input: Readonly<Record<string, unknown>>
}

export interface ProgramParts {
  readonly version: string
  readonly commands: readonly (CommandDefinition | GroupDefinition)[]
  readonly onInvocation: (invocation: Invocation) => Promise<void>
}

const EXIT_CODES = 'Exit codes: 0 success, 1 failure, 2 wrong usage, 3 nothing to do or nothing found'

/** Descriptions are wrapped on a narrow terminal too. */
const HELP = { minWidthToWrap: 20 }

/** The parser for the definitions. It throws commander's `CommanderError` instead of ending the process. */
export function buildProgram({ version, commands, onInvocation }: ProgramParts): Command {
  const program = new Command(PROGRAM_NAME)
    .description("Your projects' InterSystems IRIS containers and their ports")
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .configureHelp(HELP)
    .enablePositionalOptions()
    .exitOverride()
    .addHelpText('after', `\n${wrapWords(EXIT_CODES, terminalWidth(), '')}`)
  for (const one of commands) {
    const command = isGroup(one) ? buildGroup(one, onInvocation) : buildCommand(one, onInvocation)
    program.addCommand(command.copyInheritedSettings(program))
  }
  return program
}

function buildGroup(group: GroupDefinition, onInvocation: ProgramParts['onInvocation']): Command {
  const parent = new Command(group.name).summary(group.summary).description(`${group.summary}.`).exitOverride()
  parent.helpOption('-h, --help', 'print this help').helpCommand(false).configureHelp(HELP)
  for (const one of group.commands) parent.addCommand(buildCommand(one, onInvocation))
  return parent
}

function buildCommand(definition: CommandDefinition, onInvocation: ProgramParts['onInvocation']): Command {
  const { name, summary, description, passesThrough = false } = definition
  const command = new Command(name)
    .summary(summary)
    .description(description === undefined ? `${summary}.` : `${summary}. ${description}`)
    .helpOption('-h, --help', 'print this help')
    .configureHelp(HELP)
    .exitOverride()
    .allowExcessArguments(false)
    .passThroughOptions(passesThrough)
    .addHelpText('after', exampleText(definition))
  for (const [, spec] of Object.entries(definition.arguments)) command.addArgument(toArgument(spec))
  for (const [key, spec] of Object.entries(definition.options)) command.addOption(toOption(key, spec))
  for (const [key, spec] of Object.entries(SHARED_OPTIONS)) command.addOption(toOption(key, spec))
  return command.action((...given: unknown[]) => {
    const names = Object.keys(definition.arguments)
    const { json = false, project, instance, registry, ...options } = command.opts()
    const positional = Object.fromEntries(names.map((key, index) => [key, given[index]]))
    const input = { ...defaultsOf(definition.options), ...options, ...positional }
    return onInvocation({ definition, shared: { json, project, instance, registry }, input })
  })
}

function exampleText({ examples }: CommandDefinition): string {
  if (examples.length === 0) return ''
  const lines = examples.map(
    ([line, purpose]) => `  ${PROGRAM_NAME} ${line}\n${wrapWords(purpose, terminalWidth(), '      ')}`,
  )
  return `\nExamples:\n${lines.join('\n')}`
}

function toArgument(spec: Spec<unknown>): Argument {
  const many = spec.kind === 'words' ? '...' : ''
  const word = `${spec.placeholder}${many}`
  const argument = new Argument(spec.required ? `<${word}>` : `[${word}]`, spec.description)
  if (spec.choices) argument.choices(spec.choices)
  if (spec.kind === 'number') argument.argParser((given) => wholeNumber(given, spec))
  return argument
}

function toOption(key: string, spec: Spec<unknown>): Option {
  const long = `--${optionName(key)}`
  const flags = `${spec.short ? `-${spec.short}, ` : ''}${long}${spec.kind === 'flag' ? '' : ` <${spec.placeholder}>`}`
  const option = new Option(flags, spec.description)
  if (spec.choices) option.choices(spec.choices)
  if (spec.kind === 'number') option.argParser((given) => wholeNumber(given, spec))
  if (spec.kind === 'list') option.argParser((given: string, all: string[] = []) => [...all, given])
  if (spec.kind === 'choice' && spec.default !== undefined) option.default(spec.default)
  return option
}

function defaultsOf(specs: Specs): Record<string, unknown> {
  return Object.fromEntries(Object.entries(specs).map(([key, spec]) => [key, spec.default]))
}

function wholeNumber(given: string, { least = 0, most = Number.MAX_SAFE_INTEGER }: Spec<unknown>): number {
  const value = Number(given)
  if (/^\d+$/.test(given) && value >= least && value <= most) return value
  const limits = most === Number.MAX_SAFE_INTEGER ? `from ${least} on` : `from ${least} to ${most}`
  throw new InvalidArgumentError(`A whole number ${limits} is needed.`)
}
