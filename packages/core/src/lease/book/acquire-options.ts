import type { Reset } from '../../connection/reset-settings.ts'
import { completeSettings, type IrisSettings, pickSettings } from '../../container/iris-settings.ts'
import type { ContainerRecord } from '../../ports/document/lease-record.ts'
import { folderOf, instanceOf, instancePath, normaliseProjectPath } from '../../ports/document/project-path.ts'
import type { PortRange } from '../../ports/document/services.ts'
import { PortRegistry } from '../../ports/port-registry.ts'
import { chosen, type Environment, flagIn, numberIn, projectPathIn } from './environment.ts'
import type { LoadEntry } from './load-entry.ts'
import { checkOptions, invalidOption } from './option-checks.ts'
import type { StartReporter } from './start-reporter.ts'
import { workspaceRoot } from './workspace-root.ts'

/**
 * How runs and workers are kept apart: a namespace for each worker, a fresh one for each test file, one for the run, or the
 * named one for all.
 */
export type Isolation = 'worker' | 'file' | 'run' | 'shared'

/** What happens to the container when its last run ends. */
export type Keep = 'warm' | 'stop'

/** What happens to a worker's namespace when a test fails. */
export type OnFailure = 'keep' | 'drop'

/** Whose IRIS it is: the project's own, or that of the workspace it is a package of. */
export type Share = 'project' | 'workspace'

/** What a run may ask for. Everything has a default. */
export interface AcquireOptions extends Partial<IrisSettings> {
  /** The project: an absolute path. Default: `IRIS_PROJECT_PATH`, else the working directory. */
  readonly projectPath?: string | undefined
  /**
   * Which of the project's instances of IRIS: each has a container and ports of its own. A letter, then letters, digits
   * and underscores. Default `main`.
   */
  readonly instance?: string | undefined
  /**
   * With `workspace`, all packages of the project's workspace share the workspace's IRIS, each run with namespaces of its
   * own. Default `IRIS_DEVTESTER_SHARE`, else `project`.
   */
  readonly share?: Share | undefined
  /** Whether the container joins the project's network, under the instance's name. Default false. */
  readonly network?: boolean | undefined
  /** Who asks, for people: `vitest`, `jest`, `playwright`. Default `script`. */
  readonly runner?: string | undefined
  /** Default `IRIS_DEVTESTER_ISOLATION`, else `worker`. */
  readonly isolation?: Isolation | undefined
  /**
   * When tables go back to what they were after set-up, which a runner's adapter sees to. It needs a namespace that one
   * worker has for itself. Default `file` with the isolation `worker`, else
   * false; with the isolation `file`, each file has a namespace of its own anyway.
   */
  readonly reset?: Reset | undefined
  /** Tables that no reset touches: `Sample.Country`, or `Country` in the default schema. */
  readonly resetExcept?: readonly string[] | undefined
  /**
   * With `keep`, a runner's adapter keeps a copy of the worker's namespace as a failed test left it, and says where it is. It
   * needs a namespace that one worker has for itself. Default `IRIS_DEVTESTER_ON_FAILURE`, else `drop`.
   */
  readonly onFailure?: OnFailure | undefined
  /** How many workers run at once. Default 1. */
  readonly workers?: number | undefined
  /**
   * Default `IRIS_DEVTESTER_KEEP`, else what the container was created with; for a new one `stop` where `CI` is set, else
   * `warm`.
   */
  readonly keep?: Keep | undefined
  /** How long a warm container may stay without a run, in ms. Default `IRIS_DEVTESTER_IDLE_TIMEOUT_MS`, else 15 min. */
  readonly idleTimeoutMs?: number | undefined
  /** How long a start may take, the image's pull apart, in ms. Default `IRIS_DEVTESTER_STARTUP_TIMEOUT_MS`, else 180,000. */
  readonly startupTimeoutMs?: number | undefined
  /**
   * Whether a container that was created with other settings is replaced, with all its data. Default
   * `IRIS_DEVTESTER_REPLACE`, else false: the run is refused then, and the container stays.
   */
  readonly replace?: boolean | undefined
  /**
   * Whether the namespace, user and password become the container's own, which later runs and commands use unless they
   * name others. A container that is created takes them in any case. Default false.
   */
  readonly setDefaults?: boolean | undefined
  /** The only superserver port that will do. */
  readonly preferredPort?: number | undefined
  /** The only web port that will do. */
  readonly preferredWebPort?: number | undefined
  /**
   * Where superserver ports lie, first and last, for this registry and all its users from then on. Default
   * `IRIS_DEVTESTER_PORT_RANGE`, else what the registry remembers, else 1972 to 1981. A `registry` has its own.
   */
  readonly portRange?: PortRange | undefined
  /** Where web ports lie. Default `IRIS_DEVTESTER_WEB_PORT_RANGE`, else as many ports as in `portRange`. */
  readonly webPortRange?: PortRange | undefined
  /**
   * What to load into each namespace, in this order: paths and globs from the project, of SQL (`.sql`), classes and routines
   * (`.cls`, `.mac`, `.int`, `.inc`), exports (`.xml`, `.gof`), rows of the table a file is named after (`.csv`, `.json`)
   * and programs whose default export is a function (`.mjs`, `.ts`); or functions. Files of a glob come by their names.
   */
  readonly load?: readonly LoadEntry[] | undefined
  /** Says nothing on standard error. Default: whether `IRIS_DEVTESTER_QUIET` is set. */
  readonly quiet?: boolean | undefined
  /** The registry, or the path or `postgres://` address of one. Default: as the environment says, else in the home folder. */
  readonly registry?: PortRegistry | string | undefined
  /** Gives up waiting when it aborts. */
  readonly signal?: AbortSignal | undefined
  /** Receives the progress of the start. Default: lines on standard error. */
  readonly reporter?: StartReporter | undefined
}

/** Every option's name; complete by its type. */
const OPTION_NAMES: Readonly<Record<keyof AcquireOptions, true>> = {
  image: true,
  namespace: true,
  username: true,
  password: true,
  bindAddress: true,
  mergeLines: true,
  licenseKey: true,
  environment: true,
  mounts: true,
  globalBuffersMb: true,
  memoryMb: true,
  command: true,
  projectPath: true,
  instance: true,
  share: true,
  network: true,
  runner: true,
  isolation: true,
  reset: true,
  resetExcept: true,
  onFailure: true,
  workers: true,
  keep: true,
  idleTimeoutMs: true,
  startupTimeoutMs: true,
  replace: true,
  setDefaults: true,
  preferredPort: true,
  preferredWebPort: true,
  portRange: true,
  webPortRange: true,
  load: true,
  quiet: true,
  registry: true,
  signal: true,
  reporter: true,
}

/** Options with every question answered. */
export interface Acquisition {
  /** For a container that is created. */
  readonly settings: IrisSettings
  /** The settings that were asked for: a container that is there has to have these, and may have any others. */
  readonly askedSettings: Partial<IrisSettings>
  readonly replace: boolean
  readonly setDefaults: boolean
  /** Whose container it is, as the registry knows it: the folder, and the instance unless that is `main`. */
  readonly projectPath: string
  /** Where the run's own files are. */
  readonly folder: string
  readonly network: boolean
  readonly runner: string
  readonly isolation: Isolation
  readonly reset: Reset
  readonly resetExcept: readonly string[]
  /** Whether the reset was asked for, and isn't what is done where nobody says anything. */
  readonly isResetAsked: boolean
  readonly onFailure: OnFailure
  readonly workers: number
  /** For a container that is created. */
  readonly keep: Keep
  /** For a container that is created. */
  readonly idleTimeoutMs: number
  /** What of these two was asked for, and so holds for a container that is there already; a default changes nothing. */
  readonly asked: Partial<Pick<ContainerRecord, 'keep' | 'idle_timeout_ms'>>
  readonly startupTimeoutMs: number
  readonly preferredPort: number | undefined
  readonly preferredWebPort: number | undefined
  readonly load: readonly LoadEntry[]
  readonly quiet: boolean
}

const MINUTE = 60_000
/** How long a warm container may stay without a run by default, in ms. */
export const IDLE_TIMEOUT_MS = 15 * MINUTE

/**
 * Answers every question from the options, then the environment, then the defaults.
 *
 * @throws LeaseError `OPTION_INVALID`, `OPTION_UNKNOWN`, `WORKSPACE_NOT_FOUND`, IrisContainerError `SETTING_INVALID`, PortRegistryError `INVALID_PROJECT_PATH`, `INVALID_INSTANCE`.
 */
export function resolveOptions(options: AcquireOptions, env: Environment, workingDirectory: string): Acquisition {
  checkOptions(options, Object.keys(OPTION_NAMES))
  const image = options.image ?? (env.IRIS_IMAGE || undefined)
  const askedSettings = { ...pickSettings(options), ...(image === undefined ? {} : { image }) }
  const { keep = isCi(env) ? 'stop' : 'warm', idle_timeout_ms = IDLE_TIMEOUT_MS } = askedFor(options, env)
  const isolation =
    chosen({ option: 'isolation', given: options.isolation, variable: 'IRIS_DEVTESTER_ISOLATION' }, env, [
      'worker',
      'file',
      'run',
      'shared',
    ]) ?? 'worker'
  const workers = wholeNumber('workers', options.workers ?? 1, 1)
  return {
    settings: completeSettings(askedSettings),
    askedSettings,
    replace: options.replace ?? flagIn(env, 'IRIS_DEVTESTER_REPLACE'),
    setDefaults: options.setDefaults ?? false,
    ...projectOf(options, env, workingDirectory),
    network: options.network ?? false,
    runner: options.runner ?? 'script',
    isolation,
    reset: resetOf(options.reset, isolation, workers),
    resetExcept: options.resetExcept ?? [],
    isResetAsked: options.reset !== undefined && options.reset !== false,
    onFailure: onFailureOf(
      chosen({ option: 'onFailure', given: options.onFailure, variable: 'IRIS_DEVTESTER_ON_FAILURE' }, env, [
        'keep',
        'drop',
      ]) ?? 'drop',
      isolation,
      workers,
    ),
    workers,
    keep,
    idleTimeoutMs: idle_timeout_ms,
    asked: askedFor(options, env),
    startupTimeoutMs: wholeNumber(
      'startupTimeoutMs',
      options.startupTimeoutMs ?? numberIn(env, 'IRIS_DEVTESTER_STARTUP_TIMEOUT_MS', 1) ?? 3 * MINUTE,
      1,
    ),
    preferredPort: options.preferredPort,
    preferredWebPort: options.preferredWebPort,
    load: options.load ?? [],
    quiet: options.quiet ?? flagIn(env, 'IRIS_DEVTESTER_QUIET'),
  }
}

/** A reset takes away what another worker has just written, or what is not the run's own. */
function resetOf(asked: Reset | undefined, isolation: Isolation, workers: number): Reset {
  if (asked === undefined) return isolation === 'worker' ? 'file' : false
  if (asked !== 'each' && asked !== 'file' && asked !== false) {
    throw invalidOption('reset', asked, "'each', 'file' or false")
  }
  // What is made for one file is as after set-up when the file begins.
  if (isolation === 'file') return asked === 'each' ? 'each' : false
  if (asked === false || isolation === 'worker' || (isolation === 'run' && workers === 1)) return asked
  const others = isolation === 'shared' ? 'other runs' : `all ${workers} workers`
  throw invalidOption(
    'reset',
    asked,
    `false with the isolation ${isolation}, because ${others} use its namespace and a reset would delete their rows. For a reset, use the isolation worker`,
  )
}

/** To be copied, a namespace is dismounted for a moment, which nobody else may notice. */
function onFailureOf(onFailure: OnFailure, isolation: Isolation, workers: number): OnFailure {
  const isOwn = isolation === 'worker' || isolation === 'file' || (isolation === 'run' && workers === 1)
  if (onFailure === 'drop' || isOwn) return onFailure
  const reason = `the namespace isn't one worker's own, and copying it would disturb the others`
  throw invalidOption(
    'onFailure',
    onFailure,
    `drop with the isolation ${isolation}: ${reason}. Use the isolation worker`,
  )
}

/** The registry that the options name, with the ranges that they name. */
export function registryOf({ registry, portRange, webPortRange }: AcquireOptions): PortRegistry {
  if (typeof registry === 'object') return registry
  const ranges = webPortRange === undefined ? {} : { 'iris-web': webPortRange }
  return new PortRegistry({ registryPath: registry, portRange, ranges })
}

/** The environment's project may name an instance itself, as the command line's does. */
function projectOf(
  { projectPath, instance, share }: AcquireOptions,
  env: Environment,
  workingDirectory: string,
): Pick<Acquisition, 'projectPath' | 'folder'> {
  const named = normaliseProjectPath(projectPathIn(env) ?? (projectPath || workingDirectory))
  const folder = folderOf(named)
  const sharing = chosen({ option: 'share', given: share, variable: 'IRIS_DEVTESTER_SHARE' }, env, [
    'project',
    'workspace',
  ])
  const owner = sharing === 'workspace' ? workspaceRoot(folder) : folder
  return { projectPath: instancePath(owner, instance ?? instanceOf(named)), folder }
}

function askedFor(options: AcquireOptions, env: Environment): Acquisition['asked'] {
  const keep = chosen({ option: 'keep', given: options.keep, variable: 'IRIS_DEVTESTER_KEEP' }, env, ['warm', 'stop'])
  const idleTimeoutMs = options.idleTimeoutMs ?? numberIn(env, 'IRIS_DEVTESTER_IDLE_TIMEOUT_MS')
  return {
    ...(keep === undefined ? {} : { keep }),
    ...(idleTimeoutMs === undefined ? {} : { idle_timeout_ms: wholeNumber('idleTimeoutMs', idleTimeoutMs, 0) }),
  }
}

function isCi(env: Environment): boolean {
  return flagIn(env, 'CI')
}

function wholeNumber(name: string, value: number, least: number): number {
  if (!Number.isSafeInteger(value) || value < least) throw invalidOption(name, value, `a whole number from ${least} on`)
  return value
}
