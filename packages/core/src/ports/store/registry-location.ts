import { homedir, userInfo } from 'node:os'
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import { PortRegistryError } from '../document/port-registry-error.ts'
import { normaliseProjectPath } from '../document/project-path.ts'
import { isRegistryUrl } from './registry-scheme.ts'

/** Where a registry's files lie. */
export interface RegistryLocation {
  /** Holds everything of the registry. */
  readonly folder: string
  /** The published JSON view, which other tools read and edit. */
  readonly view: string
  /** One file for each commit, named by its number: the truth, its history and its backups. */
  readonly generations: string
  /** The view's name without `.json`, which temporary and quarantined files begin with. */
  readonly stem: string
  /** The user's home folder when the registry lies at its default place in it. */
  readonly home?: string
}

export interface LocationOptions {
  /** The JSON view's path, or the `postgres://` address of a registry for several machines. Default: `port-registry.json` in `IRIS_DEVTESTER_HOME`, or else in `~/.iris-devtester`. */
  readonly registryPath?: string | undefined
  /** `IRIS_DEVTESTER_REGISTRY` names a path or an address as `registryPath` does. Default: `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
}

const DEFAULT_NAME = 'port-registry'

/** What the options or the environment name the registry by: a path, or the address of a server. */
export function namedRegistry({ registryPath, env = process.env }: LocationOptions): string | undefined {
  return registryPath ?? (env.IRIS_DEVTESTER_REGISTRY || undefined)
}

/** Where a registry's files lie; for one on a server, those that belong to it on this machine. */
export function locateRegistry(options: LocationOptions): RegistryLocation {
  const { env = process.env } = options
  const named = namedRegistry(options)
  const home = homeOf(env)
  if (named !== undefined && !isRegistryUrl(named)) {
    const isGiven = options.registryPath !== undefined
    return locationOf(isGiven ? resolve(named) : absolute('IRIS_DEVTESTER_REGISTRY', named, home))
  }
  if (env.IRIS_DEVTESTER_HOME)
    return locationOf(join(absolute('IRIS_DEVTESTER_HOME', env.IRIS_DEVTESTER_HOME, home), `${DEFAULT_NAME}.json`))
  return { ...locationOf(join(home, '.iris-devtester', `${DEFAULT_NAME}.json`)), home }
}

/** An empty or relative `HOME`, as some services have it, is no folder of the user's. */
function homeOf({ HOME }: Readonly<Record<string, string | undefined>>): string {
  return [HOME, homedir()].find((one) => one !== undefined && isAbsolute(one)) ?? userInfo().homedir
}

/** A leading `~` is expanded here, because no shell does it in a `.env` file or the configuration of a CI. */
function absolute(variable: 'IRIS_DEVTESTER_HOME' | 'IRIS_DEVTESTER_REGISTRY', given: string, home: string): string {
  const path = given.replace(/^~(?=$|[/\\])/, () => home)
  if (isAbsolute(path)) return path
  const file = variable === 'IRIS_DEVTESTER_HOME' ? '' : `/${DEFAULT_NAME}.json`
  throw new PortRegistryError({
    code: 'REGISTRY_HOME_INVALID',
    message: `${variable} is ${JSON.stringify(given)}, but must be an absolute path, or begin with ~/: a relative one would be another folder in each working directory.`,
    hint: `Name a folder in full, outside the project: export ${variable}="$HOME/.iris-devtester${file}"`,
    details: { given },
  })
}

function locationOf(view: string): RegistryLocation {
  const folder = dirname(view)
  const stem = basename(view).replace(/\.json$/, '')
  // Two registries in one folder must not share their generations.
  const generations = join(folder, stem === DEFAULT_NAME ? 'generations' : `${stem}.generations`)
  return { folder, view, generations, stem }
}

/** A registry's identity: its folder, or its file where that has another name than the usual one. */
export function registryIdOf({ folder, view, stem }: RegistryLocation): string {
  const realFolder = normaliseProjectPath(folder)
  return stem === DEFAULT_NAME ? realFolder : join(realFolder, basename(view))
}
