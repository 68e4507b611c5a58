import { parseDocument } from './document-parser.ts'
import { highestGeneration, readGeneration } from './generation-files.ts'

/**
 * Whether a commit that has taken its number is part of what everybody reads. It isn't when the number had been used and
 * collected before: its process slept between reading and committing.
 *
 * @param generations the folder of generations
 * @param transaction the commit's own id, which every later document carries for a while
 */
export function isCommitted(generations: string, number: number, transaction: string): boolean {
  for (;;) {
    const highest = highestGeneration(generations)
    if (highest === number) return true
    const text = readGeneration(generations, number + 1) ?? readGeneration(generations, highest)
    const parsed = text === undefined ? undefined : parseDocument(text)
    if (parsed?.kind === 'good') return parsed.document.transactions.includes(transaction)
    if (parsed) return false
  }
}
