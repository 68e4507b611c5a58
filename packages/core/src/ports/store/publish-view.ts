import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { signatureOf, writeNewFile } from './generation-files.ts'
import { readNewest } from './newest-generation.ts'
import type { RegistryLocation } from './registry-location.ts'

/**
 * Puts a commit where other tools read it. If a later commit is there already, that one is put there: its writer may have
 * been faster.
 *
 * @param copy a file with the commit's text, which becomes the view
 */
export function publishView(location: RegistryLocation, copy: string, number: number): void {
  renameSync(copy, location.view)
  for (let published = number; signatureOf(join(location.generations, String(published + 1))) !== undefined; ) {
    const newest = readNewest(location.generations)
    if (newest.text === undefined || newest.number === published) return
    replaceView(location, newest.text)
    published = newest.number
  }
}

/** Writes the view anew, in one step for whoever reads it. */
export function replaceView(location: RegistryLocation, text: string): void {
  const path = temporaryPath(location)
  writeNewFile(path, text, false)
  renameSync(path, location.view)
}

/** A name nobody else uses, for a file that isn't finished yet. */
export function temporaryPath({ folder, stem }: RegistryLocation): string {
  return join(folder, `${stem}.${crypto.randomUUID()}.tmp`)
}
