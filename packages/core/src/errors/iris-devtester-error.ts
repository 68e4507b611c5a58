import { printableText } from './printable.ts'

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
  /** The error that led to this one. */
  readonly cause?: unknown
}

/** Where each code is explained: what, why, and the fix. */
const DOCUMENTATION = 'https://github.com/iris-devtester/iris-devtester/blob/main/docs/errors.md'

/**
 * The root of every error this product throws: what happened (`message`), the facts (`details`), and what to do
 * (`hint`, also printed as part of `message`).
 */
export class IrisDevtesterError<Code extends string = string> extends Error {
  /** The class, as stack traces show it. */
  override readonly name: string = 'IrisDevtesterError'
  /** What happened, for programs: stable, in capitals. */
  readonly code: Code
  /** What happened and why: the message without what to do. */
  readonly summary: string
  /** What to do about it, one step a line. */
  readonly hint: string | undefined
  /** The facts behind the message, JSON-serialisable. */
  readonly details: Readonly<Record<string, unknown>>

  constructor(parts: ErrorParts<Code>) {
    super(printableText(wholeMessage(parts)), parts.cause === undefined ? undefined : { cause: parts.cause })
    this.code = parts.code
    this.summary = printableText(parts.message)
    this.hint = parts.hint === undefined ? undefined : printableText(parts.hint)
    this.details = parts.details ?? {}
  }

  /** The address of the code's entry in the documentation. */
  get url(): string {
    return `${DOCUMENTATION}#${this.code.toLowerCase()}`
  }

  /** The error as plain data: for `--json` output and for crossing a process boundary. */
  toJSON(): Record<string, unknown> {
    const { code, summary, details, hint, url } = this
    return { success: false, error: code, message: summary, details, hint, url }
  }
}

function wholeMessage({ code, message, hint }: ErrorParts): string {
  const remedy = hint === undefined ? '' : `\n\nWhat to do:\n${indent(hint)}`
  return `${message}${remedy}\n\nMore: ${DOCUMENTATION}#${code.toLowerCase()}`
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n')
}
