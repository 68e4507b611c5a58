import { holdRunning, openTerminal } from '@iris-devtester/core'
import type { CommandContext } from '../program/command-context.ts'
import { requireRunning } from '../project/container-access.ts'

/** Opens a terminal; the container is held meanwhile, so that nobody ends it. */
export async function session(
  context: CommandContext,
  { namespace = 'USER' }: { readonly namespace: string | undefined },
): Promise<number> {
  const { access, container } = await requireRunning(context)
  const streams = { input: process.stdin, output: process.stdout, errors: process.stderr }
  return holdRunning(access, container, 'cli session', () =>
    openTerminal(access.engine, container.id, ['iris', 'session', 'IRIS', '-U', namespace], streams),
  )
}
