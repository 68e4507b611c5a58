import { style } from './style.ts'

/**
 * An error as a message with its hint on standard error, or as JSON on standard output, where the reader of `--json` looks.
 * The stack of an error that isn't one of ours is shown when `DEBUG` is set.
 */
export function writeError(error: unknown, wantsJson: boolean): void {
  if (wantsJson) {
    process.stdout.write(`${JSON.stringify(asJson(error), undefined, 2)}\n`)
    return
  }
  process.stderr.write(`${style('red', 'error', process.stderr)}  ${messageOf(error)}\n`)
  if (error instanceof Error && !isOurs(error) && process.env.DEBUG) process.stderr.write(`${error.stack}\n`)
}

function asJson(error: unknown): unknown {
  if (isOurs(error)) return error.toJSON()
  return { success: false, error: 'UNEXPECTED', message: messageOf(error), details: {} }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** The error family is known by its form: importing it would cost every call its loading. */
function isOurs(error: unknown): error is Error & { toJSON(): unknown } {
  return typeof (error as { toJSON?: unknown } | null | undefined)?.toJSON === 'function'
}
