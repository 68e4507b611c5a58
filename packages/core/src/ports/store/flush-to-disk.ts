import { fsyncSync } from 'node:fs'

/**
 * Waits until what was written is on the disk. Node refuses that to every process under its permission model: what was
 * committed then outlasts the process, as always, but perhaps not a power failure.
 *
 * @see https://nodejs.org/api/permissions.html
 */
export function flushToDisk(descriptor: number): void {
  try {
    fsyncSync(descriptor)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_ACCESS_DENIED') throw error
  }
}
