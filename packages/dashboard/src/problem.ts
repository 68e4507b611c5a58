import { IrisDevtesterError } from '@iris-devtester/core'

/** What an error says happened, in one line. */
export function problemOf(error: unknown): string {
  if (error instanceof IrisDevtesterError) return error.summary.split('\n')[0] ?? ''
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
}
