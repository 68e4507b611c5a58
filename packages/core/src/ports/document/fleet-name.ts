import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { FLEET_MARK, isFleetName } from './fleet-mark.ts'
import { folderOf, instanceOf, instancePath } from './project-path.ts'

type Environment = Readonly<Record<string, string | undefined>>

const BY_ID = 'id:'

/**
 * What a registry that several machines share calls the project in a folder: by the machine and the path, as two
 * machines' folders are two projects; by `IRIS_PROJECT_ID` where that says that they are one. In CI the job's own id is
 * part of it, so that two jobs of one branch never meet.
 */
export function fleetName(path: string, env: Environment): string {
  if (isFleetName(path)) return path
  const run = runId(env)
  const job = run === '' ? '' : `~${run}`
  const project = env.IRIS_PROJECT_ID
  const name = project
    ? `${FLEET_MARK}${BY_ID}${project}${job}`
    : `${FLEET_MARK}${machineName(env)}${job}/${folderOf(path).replace(/^\//, '')}`
  return instancePath(name, instanceOf(path))
}

/** The path, with the instance, of a project of this machine's; `undefined` for any other one of a shared registry. */
export function ownFolder(name: string, env: Environment): string | undefined {
  if (!isFleetName(name)) return name
  const prefix = `${FLEET_MARK}${machineName(env)}/`
  return name.startsWith(prefix) ? wholePath(name.slice(prefix.length)) : undefined
}

/** A path as it was before it became a part of a name: with its first slash, or a drive's letter in its place. */
function wholePath(path: string): string {
  return /^[A-Za-z]:/.test(path) ? path : `/${path}`
}

/**
 * Whether a project's folder is there. Nothing can be known of one on another machine, or of one with an id: it is taken to
 * be there.
 */
export function hasProjectFolder(name: string, env: Environment = process.env): boolean {
  const folder = folderOf(name)
  if (!isFleetName(folder)) return existsSync(folder)
  const [, machine, path] = /^\/@([^/]*)\/(.*)$/s.exec(folder) ?? []
  if (machine === undefined || path === undefined || machine.startsWith(BY_ID)) return true
  const isOwn = machine === machineName(env) || machine.startsWith(`${machineName(env)}~`)
  return !isOwn || existsSync(wholePath(path))
}

/** What stands for the machine in a project's name, and the folder there; `undefined` for a project that has no machine in it. */
export function machineOf(name: string): { readonly machine: string; readonly folder: string } | undefined {
  const [, machine, path] = /^\/@([^/]*)(?:\/(.*))?$/s.exec(folderOf(name)) ?? []
  if (machine === undefined) return undefined
  if (path === undefined || machine.startsWith(BY_ID))
    return { machine: '', folder: folderOf(name).slice(FLEET_MARK.length) }
  return { machine, folder: wholePath(path) }
}

let known: string | undefined

/** What tells this machine from every other one: `IRIS_DEVTESTER_MACHINE`, or its host name and a digest of its id. */
export function machineName(env: Environment = process.env): string {
  if (env.IRIS_DEVTESTER_MACHINE) return plain(env.IRIS_DEVTESTER_MACHINE)
  known ??= [plain(hostname()), digest(machineId())].filter((part) => part !== '').join('-')
  return known
}

/** Ids of CI systems' jobs, each unique among all that may run at once. */
const JOBS: readonly (readonly string[])[] = [
  ['GITHUB_RUN_ID', 'GITHUB_RUN_ATTEMPT', 'GITHUB_JOB', 'RUNNER_NAME'],
  ['CI_JOB_ID'],
  ['CIRCLE_WORKFLOW_JOB_ID'],
  ['BUILDKITE_JOB_ID'],
  ['BUILD_BUILDID', 'SYSTEM_JOBID'],
  ['BUILD_TAG', 'EXECUTOR_NUMBER'],
]

/** The id of the CI's job: `IRIS_DEVTESTER_RUN_ID`, which may be empty, or else what the CI's own variables say. */
export function runId(env: Environment): string {
  if (env.IRIS_DEVTESTER_RUN_ID !== undefined) return plain(env.IRIS_DEVTESTER_RUN_ID)
  const [first = ''] = JOBS.find(([first = '']) => env[first]) ?? []
  const job = JOBS.find(([one]) => one === first) ?? []
  return job
    .flatMap((name) => env[name] || [])
    .map(plain)
    .join('-')
}

function plain(text: string): string {
  return text.replace(/[^\w.-]+/g, '_')
}

function machineId(): string {
  try {
    return readFileSync('/etc/machine-id', 'utf8').trim()
  } catch {
    // Not Linux, or a container without one: its host name is its own.
    return ''
  }
}

function digest(text: string): string {
  return text === '' ? '' : createHash('sha256').update(text).digest('hex').slice(0, 6)
}
