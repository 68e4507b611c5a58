import { existsSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

const MARKERS = /^(package\.json|\.git|(vitest|vite|jest|playwright)\.config\.[cm]?[jt]s|jest\.config\.json)$/

/**
 * The folder that a command in `folder` is about: the nearest one, from there upwards, that the registry knows as a project
 * or that has a `package.json`, a test runner's configuration or a `.git`. The home folder and what is above it count only
 * where the command is called in them. Where there is none, `folder` itself.
 *
 * @param folder absolute.
 * @param isKnown whether the registry knows a folder; asked only where a folder has none of the files.
 */
export async function findProject(
  folder: string,
  isKnown: (folder: string) => Promise<boolean>,
  home: string = homedir(),
): Promise<string> {
  for (let at = folder; ; ) {
    if (hasMarker(at) || (await isKnown(at))) return at
    const parent = dirname(at)
    if (parent === at || parent === home || home.startsWith(join(parent, '/'))) return folder
    at = parent
  }
}

function hasMarker(folder: string): boolean {
  if (existsSync(join(folder, 'package.json'))) return true
  try {
    return readdirSync(folder).some((name) => MARKERS.test(name))
  } catch {
    // A folder that can't be listed can't be told by its files.
    return false
  }
}
