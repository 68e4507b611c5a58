import { realpathSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import { cliCommand } from '../../errors/cli-command.ts'
import { printableName } from '../../errors/printable.ts'
import { isFleetName } from './fleet-mark.ts'
import { PortRegistryError } from './port-registry-error.ts'

/** What stands between a project's folder and an instance's name. No normalised path of a folder has it. */
const INSTANCE_MARK = '//#'
/** The instance that a project has when nobody names another one. */
export const MAIN_INSTANCE = 'main'
const INSTANCE_NAME = /^[A-Za-z][A-Za-z0-9_]*$/
/** Their variables would be those of the main instance: `IRIS_WEB_PORT`; or our own: `IRIS_DEVTESTER_…`. */
const RESERVED_NAMES = ['WEB', 'DEVTESTER', 'PROJECT']

/**
 * The name of one instance of a project, as the registry knows it: `main` has the folder's own name, so that other tools
 * that read the registry's file find it; another one has its name behind it, `/srv/app//#archive`.
 *
 * @param projectPath the project's folder
 * @param instance a letter, then letters, digits and underscores
 * @throws PortRegistryError `INVALID_INSTANCE`
 */
export function instancePath(projectPath: string, instance: string = MAIN_INSTANCE): string {
  if (!INSTANCE_NAME.test(instance) || RESERVED_NAMES.includes(instance.toUpperCase())) throw invalidInstance(instance)
  return instance === MAIN_INSTANCE ? folderOf(projectPath) : `${folderOf(projectPath)}${INSTANCE_MARK}${instance}`
}

/** The folder of a project or of one of its instances. */
export function folderOf(projectPath: string): string {
  return splitInstance(projectPath)[0]
}

/** The instance's name; `main` for a project's own path. */
export function instanceOf(projectPath: string): string {
  return splitInstance(projectPath)[1]
}

/** A project for people: its folder, and its instance where that isn't the main one. */
export function projectName(projectPath: string): string {
  const [folder, instance] = splitInstance(projectPath)
  const shown = printableName(folder)
  return instance === MAIN_INSTANCE ? shown : `${shown} (instance ${instance})`
}

function splitInstance(projectPath: string): [folder: string, instance: string] {
  const at = projectPath.lastIndexOf(INSTANCE_MARK)
  const name = at < 0 ? '' : projectPath.slice(at + INSTANCE_MARK.length)
  return INSTANCE_NAME.test(name) ? [projectPath.slice(0, at), name] : [projectPath, MAIN_INSTANCE]
}

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
  const [folder, instance] = splitInstance(path)
  return instancePath(normaliseFolder(folder), instance)
}

function normaliseFolder(path: string): string {
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

function invalidInstance(instance: string): PortRegistryError {
  return new PortRegistryError({
    code: 'INVALID_INSTANCE',
    message: `${JSON.stringify(instance)} is not a valid instance name. A name is a letter, then letters, digits and underscores, and none of ${RESERVED_NAMES.map((name) => name.toLowerCase()).join(', ')}. Its variables are IRIS_<NAME>_HOST and so on.`,
    hint: `Give it another name, for example archive: iris({ instances: { main: {}, archive: {} } })`,
    details: { instance, reserved: RESERVED_NAMES },
  })
}

function invalidPath(path: unknown): PortRegistryError {
  return new PortRegistryError({
    code: 'INVALID_PROJECT_PATH',
    message: `${JSON.stringify(path) ?? String(path)} is not the path of a project. Give the absolute path of its folder.`,
    hint: `In code: path.resolve(folder), or process.cwd().\nIn the environment: export IRIS_PROJECT_PATH="$PWD"\nOn the command line: ${cliCommand()} ports inspect "$PWD"`,
    details: { projectPath: path },
  })
}
