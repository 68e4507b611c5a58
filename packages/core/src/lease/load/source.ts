import { LeaseError } from '../book/lease-error.ts'
import type { LoadFunction } from '../book/load-entry.ts'

/** A file or function to load. */
export interface Source {
  /** From the project; of a function, its name. */
  readonly path: string
  /** The file's text; of an export, one letter for each byte; of a function, its source. */
  readonly content: string
  /** The absolute path of the file. */
  readonly file?: string
  readonly run?: LoadFunction
}

/** A place in a source, as terminals and editors make links of it. */
export function placeIn(path: string, line: number, column?: number): string {
  return `${path}:${line}${column === undefined ? '' : `:${column}`}`
}

/** What to throw for what can't be loaded. */
export function loadFailed(message: string, details: Record<string, unknown>, cause?: unknown): LeaseError {
  return new LeaseError({
    code: 'LOAD_FAILED',
    message,
    hint: 'Correct the file or the load option, then run again.',
    details,
    cause,
  })
}
