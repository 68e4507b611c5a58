import { type Command, CommanderError } from 'commander'
import { COMMANDS } from './definitions/index.ts'
import { writeError } from './output/write-error.ts'
import { writeReport } from './output/write-report.ts'
import { buildProgram, type Invocation } from './program/build-program.ts'
import { commandContext } from './program/command-context.ts'
import { isGroup, type Run } from './program/command-definition.ts'
import { EXIT, exitCodeFor } from './program/exit-code.ts'
import { type UsageText, usageText } from './program/usage-text.ts'

/**
 * Runs a command line.
 *
 * @param argv what follows the program's name.
 * @returns the exit code.
 */
export async function runCli(argv: readonly string[], version: string): Promise<number> {
  let exitCode: number = EXIT.done
  const program = buildProgram({
    version,
    commands: COMMANDS,
    onInvocation: async (invocation) => {
      exitCode = await execute(invocation)
    },
  })
  const wantsJson = argv.slice(0, argv.indexOf('--') >>> 0).includes('--json')
  silenceParser(program, wantsJson)
  try {
    await program.parseAsync(argv, { from: 'user' })
    return exitCode
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return EXIT.done
    const hint = await usageHint(argv)
    const isHelp = error.code === 'commander.help'
    if (isHelp && !wantsJson) process.stderr.write(`\nWhat to do:\n  ${hint}\n`)
    else writeError(usageError(isHelp ? MISSING_COMMAND : usageText(error.message), hint), wantsJson)
    return EXIT.usage
  }
}

const MISSING_COMMAND: UsageText = { message: 'A command is missing.', hints: [] }

/** Its errors are told in our words; its help is kept back too where only JSON is wanted. */
function silenceParser(command: Command, wantsJson: boolean): void {
  command.configureOutput({ outputError: () => {}, ...(wantsJson ? { writeErr: () => {} } : {}) })
  for (const one of command.commands) silenceParser(one, wantsJson)
}

async function execute({ definition, shared, input }: Invocation): Promise<number> {
  if (shared.json && definition.json === undefined && !definition.passesThrough) {
    const message = `The command ${definition.name} has no JSON: what it writes is not its own.`
    writeError(usageError({ message, hints: [] }, await usageHint([definition.name])), true)
    return EXIT.usage
  }
  const context = commandContext(shared, COMMANDS)
  try {
    const run = (await definition.load()) as Run<unknown>
    const outcome = await run(context, input)
    if (typeof outcome === 'number') return outcome
    await writeReport(outcome, context.json)
    return outcome.exitCode ?? EXIT.done
  } catch (error) {
    writeError(error, context.json)
    return exitCodeFor(error)
  }
}

/** The help of the command that was meant, by a name that exists here. */
async function usageHint(argv: readonly string[]): Promise<string> {
  // The parser alone is enough for every line that is right.
  const { cliCommand } = await import('@iris-devtester/core')
  const [first, second] = argv
  const command = COMMANDS.find(({ name }) => name === first)
  const words = !command
    ? []
    : isGroup(command)
      ? [command.name, command.commands.find(({ name }) => name === second)?.name]
      : [command.name]
  return [`See: ${cliCommand()}`, ...words.filter(Boolean), '--help'].join(' ')
}

function usageError({ message, hints }: UsageText, help: string) {
  const steps = [...hints, help]
  const text = `${message}\n\nWhat to do:\n${steps.map((one) => `  ${one}`).join('\n')}`
  return Object.assign(new Error(text), {
    code: 'USAGE',
    toJSON: () => ({ success: false, error: 'USAGE', message, details: {}, hint: steps.join('\n') }),
  })
}
