import { existsSync, realpathSync } from 'node:fs'
import { isAbsolute, relative, sep } from 'node:path'
import { McpRefusal } from './refusal-error.ts'

/**
 * The project a call is about, as a real path, so that a symbolic link leads out of no root.
 *
 * @param roots folders that the client may use; at least one
 * @throws McpRefusal `PROJECT_NOT_FOUND`, `PROJECT_REQUIRED` or `OUTSIDE_ROOTS`
 */
export function chooseProject(named: string | undefined, roots: readonly string[]): string {
  const [only, another] = roots
  if (named === undefined && another !== undefined) {
    throw new McpRefusal('PROJECT_REQUIRED', 'The client has several roots. Name one as `project`.', { roots })
  }
  const project = realPath(named ?? only ?? '')
  if (!roots.some((root) => existsSync(root) && folderHolds(realPath(root), project))) {
    throw new McpRefusal('OUTSIDE_ROOTS', `The project ${project} lies outside the client's roots.`, { project, roots })
  }
  return project
}

/** Whether a path is a folder's, or of something in it. */
export function folderHolds(root: string, folder: string): boolean {
  const way = relative(root, folder)
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}

function realPath(folder: string): string {
  try {
    if (isAbsolute(folder)) return realpathSync.native(folder)
  } catch {
    // Whatever the reason, there is no such project to work on.
  }
  throw new McpRefusal('PROJECT_NOT_FOUND', 'The project must be the absolute path of a folder that exists.', {
    project: folder.slice(0, 200),
  })
}
