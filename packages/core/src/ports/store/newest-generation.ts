import { join } from 'node:path'
import { parseDocument } from '../document/document-parser.ts'
import type { RegistryDocument } from '../document/registry-document.ts'
import { type FileSignature, listGenerations, readGeneration, sameFile, signatureOf } from './generation-files.ts'
import { newerSchema } from './registry-file-error.ts'

/** The newest state that the generations hold. */
export interface NewestGeneration {
  /** The highest number in use, 0 when there is none. */
  readonly number: number
  /** The signature of the file with that number. */
  readonly signature: FileSignature | undefined
  /** The newest good generation's content; `undefined` when there is none. */
  readonly document: RegistryDocument | undefined
  readonly text: string | undefined
  /** Generations above it that can't be read, the newest first. */
  readonly damaged: readonly DamagedGeneration[]
}

export interface DamagedGeneration {
  readonly number: number
  readonly text: string
  readonly reason: string
}

/**
 * Reads the highest generation, or the next good one below it.
 *
 * @throws PortRegistryError `REGISTRY_SCHEMA_NEWER`
 */
export function readNewest(folder: string): NewestGeneration {
  for (;;) {
    const numbers = listGenerations(folder).reverse()
    const found = firstGood(folder, numbers)
    // Collected between the listing and the reading: there is a newer one.
    if (found) return found
  }
}

/**
 * Whether what was read is the newest still. No number is left out and the lowest are collected first, so a generation
 * that is there proves that the one after it was never there if it isn't now.
 */
export function isStillNewest(folder: string, { number, signature }: NewestGeneration): boolean {
  return (
    signature !== undefined &&
    signatureOf(join(folder, String(number + 1))) === undefined &&
    sameFile(signatureOf(join(folder, String(number))), signature)
  )
}

function firstGood(folder: string, numbers: readonly number[]): NewestGeneration | undefined {
  const number = numbers[0] ?? 0
  const signature = number === 0 ? undefined : signatureOf(join(folder, String(number)))
  const damaged: DamagedGeneration[] = []
  for (const candidate of numbers) {
    const text = readGeneration(folder, candidate)
    if (text === undefined) return undefined
    const parsed = parseDocument(text)
    if (parsed.kind === 'newer') throw newerSchema(join(folder, String(candidate)), parsed.version)
    if (parsed.kind === 'good') return { number, signature, document: parsed.document, text, damaged }
    damaged.push({ number: candidate, text, reason: parsed.reason })
  }
  return { number, signature, document: undefined, text: undefined, damaged }
}
