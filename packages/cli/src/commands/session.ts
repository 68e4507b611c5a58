import { connectionTo, holdRunning, openTerminal } from '@iris-devtester/core'
import { style } from '../output/style.ts'
import type { CommandContext } from '../program/command-definition.ts'
import { requireRunning } from '../project/container-access.ts'

/** Opens a terminal; the container is held meanwhile, so that nobody ends it. */
export async function session(
  context: CommandContext,
  given: { readonly namespace: string | undefined },
): Promise<number> {
  const { access, container } = await requireRunning(context)
  const { namespace } = await connectionTo(access, container, given)
  const welcome = `A terminal in ${namespace} of ${container.name}; Halt leaves it.`
  const streams = {
    input: process.stdin,
    output: process.stdout,
    errors: process.stderr,
    // The terminal is in raw mode by then, where a line's end has to be said in full.
    onTerminal: () => process.stderr.write(`${style('dim', welcome, process.stderr)}\r\n`),
  }
  return holdRunning(access, container, 'cli session', () =>
    openTerminal(access.engine, container.id, ['iris', 'session', 'IRIS', '-U', namespace], streams),
  )
}
