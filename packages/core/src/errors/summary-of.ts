import { IrisDevtesterError } from './iris-devtester-error.ts'

/** What an error says happened, without what to do: for a message of one's own that tells the cause. */
export function summaryOf(error: unknown): string {
  if (error instanceof IrisDevtesterError) return error.summary
  return error instanceof Error ? error.message : String(error)
}
