import { realpathSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import { isFleetName } from './fleet-name.ts'
import { PortRegistryError } from './port-registry-error.ts'

/**
 * The one name of a project, whichever way its folder is written: symbolic links resolved, `.` and `..` and a trailing
 * slash gone, letters in the case the file system has them. A folder that isn't there (any more) is named through its
 * nearest parent that is.
 *
 * @param path absolute; relative ones would mean something else in each process
 * @throws PortRegistryError `INVALID_PROJECT_PATH`
 */
export function normaliseProjectPath(path: string): string {
  if (typeof path !== 'string' || !isAbsolute(path) || path.includes('\0')) throw invalidPath(path)
  if (isFleetName(path)) return path
  try {
    return realpathSync.native(path)
  } catch {
    // The folder isn't there (any more).
    return throughNearestParent(resolve(path))
  }
}

function throughNearestParent(path: string): string {
  const parent = dirname(path)
  if (parent === path) return path
  try {
    return join(realpathSync.native(parent), basename(path))
  } catch {
    // Nor is its parent.
    return join(throughNearestParent(parent), basename(path))
  }
}

function invalidPath(path: unknown): PortRegistryError {
  return new PortRegistryError({
    code: 'INVALID_PROJECT_PATH',
    message: `A project is named by the absolute path of its folder; ${JSON.stringify(path) ?? String(path)} is none.`,
    hint: 'In code: path.resolve(folder), or process.cwd().\nOn the command line: npx iris-devtester ports inspect "$PWD"',
    details: { projectPath: path },
  })
}
