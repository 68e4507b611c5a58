import { existsSync, statSync } from 'node:fs'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { shellWord } from '../../errors/shell-word.ts'
import { PortRegistryError } from '../document/port-registry-error.ts'

/** What a failed file operation on the registry means to its user; what is no file error is passed through. */
export function asFileError(error: unknown, path: string, doing: 'read' | 'written'): Error {
  if (error instanceof PortRegistryError) return error
  const { code: errno, message, path: failedPath } = error as NodeJS.ErrnoException
  if (typeof errno !== 'string') return error as Error
  const reason = REASONS[errno] ?? message
  return new PortRegistryError({
    code: doing === 'read' ? 'REGISTRY_UNREADABLE' : 'REGISTRY_UNWRITABLE',
    message: `The port registry ${path} can't be ${doing}: ${reason} (${errno}). What it held is unchanged.`,
    hint: `${remedy(errno, failedPath ?? path)}\nOr keep the registry elsewhere: export IRIS_DEVTESTER_HOME=/path/to/a/folder/of/yours`,
    details: { path, errno, failedPath: failedPath ?? path, ...permissions(failedPath ?? path) },
    cause: error,
  })
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  ENOENT: 'its folder does not exist and could not be made',
  ENOTDIR: 'a part of its path is no folder',
  EISDIR: 'a folder lies where the file should be',
  EMFILE: 'this process has too many files open',
  ENFILE: 'this machine has too many files open',
  ELOOP: 'symbolic links in its path lead in a circle',
  EEXIST: 'what is there is no folder',
  ENAMETOOLONG: 'its path is too long',
}

function remedy(errno: string, path: string): string {
  switch (errno) {
    case 'ENOSPC':
    case 'EDQUOT':
      return `Free some space there: df -h ${shellWord(path)}`
    case 'EROFS':
      return `See how it is mounted: findmnt -T ${shellWord(path)}`
    case 'EISDIR':
      // Whoever names a folder as the registry means a file in it.
      return path.endsWith('.json')
        ? remedyForObstacle(path)
        : `Name a file in the folder: export IRIS_DEVTESTER_REGISTRY=${shellWord(join(path, 'port-registry.json'))}`
    case 'ENOTDIR':
      return remedyForObstacle(path)
    // A link to nothing is there, and yet not found.
    case 'EEXIST':
      return existsSync(path) ? remedyForObstacle(path) : remedyForLink(path)
    case 'ELOOP':
      return remedyForLink(path)
    case 'ENAMETOOLONG':
      return 'Choose a shorter path.'
    case 'EMFILE':
    case 'ENFILE':
      return 'Let more files be open: ulimit -n 4096'
    default:
      return `See who may write there: ls -ld ${shellWord(nearestThatExists(path))}`
  }
}

/** Only a file or folder of the user's own can be moved; a device can't. */
function remedyForObstacle(path: string): string {
  const obstacle = nearestThatExists(path)
  const stats = statSync(obstacle, { throwIfNoEntry: false })
  if (!stats?.isFile() && !stats?.isDirectory())
    return `${obstacle} is not a folder: correct HOME or the registry's path.`
  return `Move it out of the way: mv ${shellWord(obstacle)} ${shellWord(`${obstacle}.old`)}`
}

function nearestThatExists(path: string): string {
  for (let at = path; ; at = dirname(at)) {
    // A path that goes through something that is no folder is an error here, not a missing file.
    if (existsSync(at) || dirname(at) === at) return at
  }
}

function remedyForLink(path: string): string {
  return `See where the link leads, and correct it: ls -l ${shellWord(deadLink(path))}`
}

/** The first part of a path that leads nowhere. */
function deadLink(path: string): string {
  const above = dirname(path)
  return above === path || existsSync(above) ? path : deadLink(above)
}

function permissions(path: string): Record<string, unknown> {
  try {
    const { mode, uid } = statSync(path)
    return { mode: (mode & 0o7777).toString(8).padStart(4, '0'), owner: uid }
  } catch {
    // The error that is being explained says why.
    return {}
  }
}

/**
 * The error for a registry folder of another user: files made there now would lock its owner out of their own registry.
 */
export function wrongOwner(folder: string, owner: number): PortRegistryError {
  const { username, uid } = userInfo()
  return new PortRegistryError({
    code: 'REGISTRY_WRONG_OWNER',
    message: `The port registry's folder ${folder} belongs to the user with id ${owner}, but this process runs as ${username} (id ${uid}).`,
    hint: `Run without sudo, as the folder's owner.\nOr use a registry of your own: export IRIS_DEVTESTER_HOME=/path/to/a/folder/of/yours`,
    details: { path: folder, owner, user: uid },
  })
}

/** The error for a registry written by a later release, whose meaning can't be known here. */
export function newerSchema(path: string, version: string): PortRegistryError {
  return new PortRegistryError({
    code: 'REGISTRY_SCHEMA_NEWER',
    message: `The port registry ${path} has schema version ${version}; this release knows 1.0. It was left untouched.`,
    hint: 'Upgrade: npm install --save-dev @iris-devtester/core@latest\nOr use another registry: export IRIS_DEVTESTER_HOME=/path/to/a/folder/of/yours',
    details: { path, version, supported: '1.0' },
  })
}
