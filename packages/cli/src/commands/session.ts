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

/**
 * A session shows a failed line by the name of its error alone, which a program can't tell from what a line wrote, unless
 * by the names there are.
 *
 * @see https://docs.intersystems.com/irislatest/csp/docbook/DocBook.UI.Page.cls?KEY=RERR_system
 */
const ERROR_NAMES = new Set(
  [
    'ARRAY DIMENSION|CANNOT GET THIS PROPERTY|CLASS DOES NOT EXIST|CLASS PROPERTY|COMMAND|COMMITFAIL|CORRUPT OBREF',
    'DATABASE|DIRECTORY|DISCONNECT|DISKHARD|DIVIDE|DSCON|DSKFUL|EDITED|ENDOFFILE|ERRTRAP|FILEFULL|FRAMESTACK',
    'FUNCTION|ILLEGAL CLASS DEFINITION|ILLEGAL VALUE|INTERRUPT|INVALID ARGUMENT|INVALID BIT STRING|INVALID CLASS',
    'INVALID GLOBAL REFERENCE|INVALID OREF|INVALID TYPE|LABELREDEF|LANGUAGE MISMATCH|LICENSE LIMIT EXCEEDED|LIST',
    'LOCKLOST|MAXARRAY|MAXNUMBER|MAXSCOPE|MAXSTRING|METHOD DOES NOT EXIST|METHOD NOT SUPPORTED|NAKED|NAMESPACE',
    'NETWORK|NOJOB|NOLINE|NOROUTINE|NOTOPEN|NULL VALUE|OBJECT DISPATCH|PARAMETER|PRIVATE METHOD|PRIVATE PROPERTY',
    'PROPERTY DOES NOT EXIST|PROPERTY IS READ ONLY|PROTECT|READ|RESJOB|ROLLFAIL|ROUTINE|SELECT|STORE|STRINGSTACK',
    'SUBSCRIPT|SYNTAX|SYSTEM|THROW|TRANSACTION LEVEL|TRANSLATE|UNDEFINED|UNIMPLEMENTED|UNKNOWN ERROR',
    'VALUE OUT OF RANGE|WIDE CHAR|WRITE|ZTRAP',
  ].flatMap((line) => line.split('|')),
)

/** Passes on what a session writes, and sees whether a line failed: the session itself ends with 0 whatever happens. */
class ErrorsOfSession extends Writable {
  hasError = false
  #line = ''

  override _write(chunk: Buffer | string, _encoding: string, done: (error?: Error | null) => void): void {
    const lines = (this.#line + String(chunk)).split(/\r?\n/)
    this.hasError ||= lines.some((line) => ERROR_NAMES.has(/^<([A-Z ]+)>/.exec(line)?.[1] ?? ''))
    this.#line = lines.at(-1) ?? ''
    process.stdout.write(chunk, done)
  }
}
