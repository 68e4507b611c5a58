import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** One process on one boot of one host: what a lease needs to know whether its holder still lives. */
export interface ProcessIdentity {
  /** The process id. */
  readonly pid: number
  /**
   * When the process started, as the system tells it: on Linux the start time in clock ticks since boot (field 22 of
   * `/proc/<pid>/stat`), elsewhere empty. Tells a process from a later one with the same pid.
   */
  readonly startTime: string
  /** The host's name, and where known the boot's and the pid namespace's identity. Pids mean something only within one. */
  readonly host: string
}

/** What can be said of a process from here. `unknown` is a process of another host, boot, or container. */
export type Liveness = 'alive' | 'dead' | 'unknown'

/** The identity of the process this is called in. */
export function currentProcess(): ProcessIdentity {
  return identify(process.pid)
}

/** The identity of the process with `pid` on this host, as of now. */
export function identify(pid: number): ProcessIdentity {
  return { pid, startTime: startTimeOf(pid) ?? '', host: thisHost() }
}

/**
 * Whether the process that `identity` names still lives. A pid of another host, an earlier boot or another container
 * is never judged by its number: an earlier boot of this host is `dead`, any other stranger is `unknown`.
 */
export function livenessOf(identity: ProcessIdentity): Liveness {
  const here = thisHost()
  if (identity.host !== here) {
    const [name, boot] = identity.host.split('/')
    const [ownName, ownBoot] = here.split('/')
    return name === ownName && boot !== undefined && ownBoot !== undefined && boot !== ownBoot ? 'dead' : 'unknown'
  }
  if (!exists(identity.pid)) return 'dead'
  if (identity.startTime === '') return 'alive'
  const startTime = startTimeOf(identity.pid)
  return startTime === undefined || startTime === identity.startTime ? 'alive' : 'dead'
}

/** Whether the process that `identity` names is known to be suspended: by a signal, or by a debugger. Known on Linux alone. */
export function isSuspended(identity: ProcessIdentity): boolean {
  return livenessOf(identity) === 'alive' && stateOf(identity.pid)?.toUpperCase() === 'T'
}

let host: string | undefined

/** `<host name>/<boot id>/<pid namespace>` on Linux; the bare host name where those can't be read. */
export function thisHost(): string {
  host ??= [hostname(), read('/proc/sys/kernel/random/boot_id'), pidNamespace()].filter((part) => part !== '').join('/')
  return host
}

function exists(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: it lives, but belongs to someone else.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  // A zombie has ended; only its parent hasn't asked yet.
  return stateOf(pid) !== 'Z'
}

function startTimeOf(pid: number): string | undefined {
  return statFields(pid)?.[19]
}

function stateOf(pid: number): string | undefined {
  return statFields(pid)?.[0]
}

/** The fields of `/proc/<pid>/stat` from the third on: the second, the command, may hold spaces and brackets. */
function statFields(pid: number): string[] | undefined {
  const stat = read(`/proc/${pid}/stat`)
  const end = stat.lastIndexOf(')')
  return end < 0 ? undefined : stat.slice(end + 2).split(' ')
}

function pidNamespace(): string {
  const match = /pid:\[(\d+)\]/.exec(readLink('/proc/self/ns/pid'))
  return match?.[1] ?? ''
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    // The process has ended, or this system has no such file.
    return ''
  }
}

function readLink(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    // This system has no such file.
    return ''
  }
}
