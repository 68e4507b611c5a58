import { join } from 'node:path'
import { parseDocument } from '../document/document-parser.ts'
import { highestGeneration, readGeneration, sameFile, signatureOf } from './generation-files.ts'
import type { NewestGeneration } from './newest-generation.ts'

/** A commit that has taken its number. */
export interface TakenNumber {
  readonly number: number
  /** The commit's own id, which every later document carries for a while. */
  readonly transaction: string
  /** The newest generation when the commit was prepared. */
  readonly before: NewestGeneration
}

/**
 * Whether a commit that has taken its number is part of what everybody reads. It isn't when the number had been used and
 * collected before: its process slept between reading and committing.
 *
 * @param generations the folder of generations
 */
export function isCommitted(generations: string, { number, transaction, before }: TakenNumber): boolean {
  if (isNextTo(generations, number, before)) return true
  for (;;) {
    const highest = highestGeneration(generations)
    if (highest === number) return true
    const text = readGeneration(generations, number + 1) ?? readGeneration(generations, highest)
    const parsed = text === undefined ? undefined : parseDocument(text)
    if (parsed?.kind === 'good') return parsed.document.transactions.includes(transaction)
    if (parsed) return false
  }
}

/**
 * The lowest generations are collected first: while the one before is there, this number can't have been collected. That
 * is cheaper than a look at all of them.
 */
function isNextTo(generations: string, number: number, before: NewestGeneration): boolean {
  return (
    before.number === number - 1 &&
    before.signature !== undefined &&
    sameFile(signatureOf(join(generations, String(before.number))), before.signature)
  )
}
