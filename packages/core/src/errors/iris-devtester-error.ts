/** What an {@link IrisDevtesterError} is made of. */
export interface ErrorParts<Code extends string = string> {
  /** Stable, machine-readable name of what happened, in capitals: `PORT_EXHAUSTED`. */
  readonly code: Code
  /** What happened and why, in one or more plain sentences. */
  readonly message: string
  /** What to do about it, one step a line, with commands that exist. */
  readonly hint?: string | undefined
  /** The facts behind the message, JSON-serialisable. */
  readonly details?: Readonly<Record<string, unknown>> | undefined
  readonly cause?: unknown
}

/**
 * The root of every error this product throws: what happened (`message`), the facts (`details`), and what to do
 * (`hint`, also printed as part of `message`).
 */
export class IrisDevtesterError<Code extends string = string> extends Error {
  override readonly name: string = 'IrisDevtesterError'
  readonly code: Code
  readonly hint: string | undefined
  readonly details: Readonly<Record<string, unknown>>

  constructor(parts: ErrorParts<Code>) {
    super(
      parts.hint === undefined ? parts.message : `${parts.message}\n\nWhat to do:\n${indent(parts.hint)}`,
      parts.cause === undefined ? undefined : { cause: parts.cause },
    )
    this.code = parts.code
    this.hint = parts.hint
    this.details = parts.details ?? {}
  }

  /** The error as plain data: for `--json` output and for crossing a process boundary. */
  toJSON(): Record<string, unknown> {
    return { success: false, error: this.code, message: this.message, details: this.details, hint: this.hint }
  }
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n')
}
