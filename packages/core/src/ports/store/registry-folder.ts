import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { syncFolder } from './generation-files.ts'
import { asFileError, wrongOwner } from './registry-file-error.ts'
import type { RegistryLocation } from './registry-location.ts'

/**
 * Makes the registry's folders, readable by their owner alone, where they aren't there yet.
 *
 * @throws PortRegistryError `REGISTRY_WRONG_OWNER` or `REGISTRY_UNWRITABLE`
 */
export function ensureFolders({ folder, generations, view, home }: RegistryLocation): void {
  const stats = statSync(folder, { throwIfNoEntry: false })
  if (stats && process.geteuid && stats.uid !== process.geteuid()) throw wrongOwner(folder, stats.uid)
  if (stats && statSync(generations, { throwIfNoEntry: false })) return
  // A home folder that isn't there is a mistake in the environment, not a wish to have one made.
  if (home !== undefined && !statSync(home, { throwIfNoEntry: false })) {
    throw asFileError(
      Object.assign(new Error(`no home folder ${home}`), { code: 'ENOENT', path: home }),
      view,
      'written',
    )
  }
  makeFolder(generations)
  syncFolder(folder)
  syncFolder(dirname(folder))
}

/**
 * Makes a folder and those above it, one level at a time, from above: Node's own recursive way never returns where the
 * system says that a folder's parent isn't there although it is, as in `/proc` or below an automounted folder. Any of
 * them may be made by another process in between.
 */
function makeFolder(path: string): void {
  const parent = dirname(path)
  if (parent !== path && !statSync(parent, { throwIfNoEntry: false })) makeFolder(parent)
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EEXIST' || !statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error
  }
}
