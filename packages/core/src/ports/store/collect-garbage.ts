import { readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { listGenerations, removeGeneration } from './generation-files.ts'
import type { RegistryLocation } from './registry-location.ts'

/** What is kept: the newest generations by number, and everything younger than an age in ms. */
export interface KeepRule {
  readonly generations: number
  readonly ageMs: number
}

export const KEEP: KeepRule = { generations: 32, ageMs: 60_000 }

/** However much has gathered, one commit clears away no more than this. */
const MAX_PER_COMMIT = 200

/**
 * Removes generations that are neither among the newest nor young, and the temporary files of writers that died. The
 * lowest numbers go first: readers conclude from a generation that is there that no later one has been removed.
 */
export function collectGarbage(location: RegistryLocation, now: number, keep: KeepRule = KEEP): void {
  const numbers = listGenerations(location.generations)
  for (const number of numbers.slice(0, Math.min(MAX_PER_COMMIT, Math.max(0, numbers.length - keep.generations)))) {
    if (!isOlder(join(location.generations, String(number)), now, keep.ageMs)) break
    removeGeneration(location.generations, number)
  }
  for (const path of listTemporary(location)) {
    if (isOlder(path, now, keep.ageMs)) rmSync(path, { recursive: true, force: true })
  }
}

/** The paths of unfinished files, those of living writers among them. */
export function listTemporary({ folder, stem }: RegistryLocation): string[] {
  const names = readdirSync(folder).filter((name) => name.startsWith(`${stem}.`) && name.endsWith('.tmp'))
  return names.map((name) => join(folder, name))
}

export function isOlder(path: string, now: number, ageMs: number): boolean {
  const stats = statSync(path, { throwIfNoEntry: false })
  return stats !== undefined && now - stats.mtimeMs > ageMs
}
