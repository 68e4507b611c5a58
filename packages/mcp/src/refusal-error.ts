import { forAgents } from './for-agents.ts'

/** What the server itself refuses. */
export type RefusalCode =
  | 'CURSOR_INVALID'
  | 'FAILED'
  | 'OUTPUT_TOO_LARGE'
  | 'OUTSIDE_ROOTS'
  | 'PROJECT_NOT_FOUND'
  | 'PROJECT_REQUIRED'
  | 'READ_ONLY'

/** A refusal, as plain data: what happened, the facts, what to do. */
export interface Refusal {
  readonly success: false
  readonly error: string
  readonly message: string
  readonly details: Readonly<Record<string, unknown>>
  readonly [more: string]: unknown
}

/** An error of the server itself, in the shape that the registry's errors have. */
export class McpRefusal extends Error {
  readonly #refusal: Refusal

  constructor(error: RefusalCode, message: string, details: Readonly<Record<string, unknown>>) {
    super(message)
    this.#refusal = { success: false, error, message, details }
  }

  toJSON(): Refusal {
    return this.#refusal
  }
}

/** What a tool answers for an error. Errors without a shape of their own give their message alone. */
export function refusalFrom(error: unknown): object {
  if (error instanceof Error && 'toJSON' in error && typeof error.toJSON === 'function')
    return forAgents(error.toJSON())
  const message = error instanceof Error ? error.message : String(error)
  return new McpRefusal('FAILED', message, {}).toJSON()
}
