import { Writable } from 'node:stream'
import { connectionTo, holdRunning, openTerminal } from '@iris-devtester/core'
import { style } from '../output/style.ts'
import type { CommandContext } from '../program/command-definition.ts'
import { EXIT } from '../program/exit-code.ts'
import { requireRunning } from '../project/container-access.ts'

/** Opens a terminal; the container is held meanwhile, so that nobody ends it. */
export async function session(
  context: CommandContext,
  given: { readonly namespace: string | undefined },
): Promise<number> {
  const { access, container } = await requireRunning(context)
  const { namespace } = await connectionTo(access, container, given)
  const welcome = `A terminal in ${namespace} of ${container.name}; Halt leaves it.`
  const seen = new ErrorsOfSession()
  const isPiped = process.stdin.isTTY !== true || process.stdout.isTTY !== true
  const streams = {
    input: process.stdin,
    output: isPiped ? seen : process.stdout,
    errors: process.stderr,
    // The terminal is in raw mode by then, where a line's end has to be said in full.
    onTerminal: () => process.stderr.write(`${style('dim', welcome, process.stderr)}\r\n`),
  }
  const exitCode = await holdRunning(access, container, 'cli session', () =>
    openTerminal(access.engine, container.id, ['iris', 'session', 'IRIS', '-U', namespace], streams),
  )
  return exitCode === EXIT.done && seen.hasError ? EXIT.failed : exitCode
}

/** Passes on what a session writes, and sees whether a line failed: the session itself ends with 0 whatever happens. */
class ErrorsOfSession extends Writable {
  hasError = false
  #line = ''

  override _write(chunk: Buffer | string, _encoding: string, done: (error?: Error | null) => void): void {
    const lines = (this.#line + String(chunk)).split(/\r?\n/)
    this.hasError ||= lines.some((line) => /^<[A-Z][A-Z0-9 ]*>/.test(line))
    this.#line = lines.at(-1) ?? ''
    process.stdout.write(chunk, done)
  }
}
