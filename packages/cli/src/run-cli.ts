import { type Command, CommanderError } from 'commander'
import { COMMANDS } from './definitions/index.ts'
import { writeError } from './output/write-error.ts'
import { writeReport } from './output/write-report.ts'
import { buildProgram, type Invocation } from './program/build-program.ts'
import { commandContext } from './program/command-context.ts'
import type { Run } from './program/command-definition.ts'
import { EXIT, exitCodeFor } from './program/exit-code.ts'

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
  if (wantsJson) silenceParser(program)
  try {
    await program.parseAsync(argv, { from: 'user' })
    return exitCode
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return EXIT.done
    if (wantsJson) writeError(usageError(error), true)
    return EXIT.usage
  }
}

/** Its own words are kept back where only JSON is wanted. */
function silenceParser(command: Command): void {
  command.configureOutput({ writeErr: () => {} })
  command.commands.forEach(silenceParser)
}

async function execute({ definition, shared, input }: Invocation): Promise<number> {
  const context = commandContext(shared, COMMANDS)
  try {
    const run = (await definition.load()) as Run<unknown>
    const outcome = await run(context, input)
    if (typeof outcome === 'number') return outcome
    writeReport(outcome, context.json)
    return outcome.exitCode ?? EXIT.done
  } catch (error) {
    writeError(error, context.json)
    return exitCodeFor(error)
  }
}

function usageError({ message }: CommanderError) {
  const text = message.replace(/^error: /, '')
  return Object.assign(new Error(text), {
    code: 'USAGE',
    toJSON: () => ({ success: false, error: 'USAGE', message: text, details: {}, hint: 'iris-devtester --help' }),
  })
}
