import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** A process that listens on a port. */
export interface PortListener {
  /** Its process id. */
  readonly pid: number
  /** Its command line, shortened. */
  readonly command: string
}

/** A process that listens on a port over TCP, one of several. */
export interface ListedListener extends PortListener {
  readonly port: number
  /** ISO 8601; when the process started. */
  readonly since: string | undefined
}

/** What earlier looks found out, by the kernel's socket numbers: a listener that stays isn't looked for again. */
export type KnownListeners = Map<string, Omit<ListedListener, 'port'> | undefined>

/**
 * The ports that somebody listens on over TCP on this machine, each with its process; `undefined` where that can't be seen,
 * as on other systems than Linux. A process of another user is listed without its id.
 *
 * @param isWanted whether a port matters
 * @param known kept up to date
 */
export function listListeners(
  isWanted: (port: number) => boolean,
  known: KnownListeners = new Map(),
): (Partial<ListedListener> & Pick<ListedListener, 'port'>)[] | undefined {
  if (process.platform !== 'linux') return undefined
  const sockets = new Map(LISTENERS.flatMap((table) => listeningSockets(table)).filter(([, port]) => isWanted(port)))
  for (const socket of known.keys()) if (!sockets.has(socket)) known.delete(socket)
  const unknown = new Set([...sockets.keys()].filter((socket) => !known.has(socket)))
  if (unknown.size > 0) for (const [socket, owner] of ownersOf(unknown)) known.set(socket, owner)
  const byPort = new Map<number, Partial<ListedListener> & Pick<ListedListener, 'port'>>()
  for (const [socket, port] of sockets) {
    const owner = known.get(socket)
    if (!byPort.has(port) || owner) byPort.set(port, { ...owner, port })
  }
  return [...byPort.values()]
}

/**
 * The process that holds the port on this machine; `undefined` where that can't be seen: other people's processes, other
 * systems than Linux.
 */
export function findListener(port: number): PortListener | undefined {
  if (process.platform !== 'linux') return undefined
  const sockets = new Set(TABLES.flatMap((table) => socketsAt(table, port)))
  if (sockets.size === 0) return undefined
  for (const pid of entries('/proc').filter((name) => /^\d+$/.test(name))) {
    const holds = entries(`/proc/${pid}/fd`).some((fd) => sockets.has(linkTarget(`/proc/${pid}/fd/${fd}`)))
    if (holds) return { pid: Number(pid), command: commandOf(pid) }
  }
  return undefined
}

const TABLES = ['tcp', 'tcp6', 'udp', 'udp6'] as const
/** The kernel's number for a TCP socket that listens. */
const LISTENING = '0A'

const LISTENERS = ['tcp', 'tcp6'] as const

function listeningSockets(table: (typeof LISTENERS)[number]): [socket: string, port: number][] {
  return socketLines(table)
    .filter((fields) => fields[3] === LISTENING)
    .map((fields) => [`socket:[${fields[9]}]`, Number.parseInt(fields[1]?.split(':')[1] ?? '', 16)])
}

function ownersOf(sockets: Set<string>): Map<string, Omit<ListedListener, 'port'> | undefined> {
  const owners = new Map<string, Omit<ListedListener, 'port'> | undefined>([...sockets].map((one) => [one, undefined]))
  for (const pid of entries('/proc').filter((name) => /^\d+$/.test(name))) {
    for (const fd of entries(`/proc/${pid}/fd`)) {
      const socket = linkTarget(`/proc/${pid}/fd/${fd}`)
      if (!sockets.has(socket) || owners.get(socket)) continue
      owners.set(socket, { pid: Number(pid), command: commandOf(pid), since: startOf(pid) })
    }
  }
  return owners
}

/** Clock ticks a second in which the kernel tells times to programs; the same on every Linux. */
const TICKS = 100

/** From the ticks since the boot in field 22; the second field may hold spaces and brackets. */
function startOf(pid: string): string | undefined {
  const stat = text(`/proc/${pid}/stat`)
  const ticks = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19])
  const boot = Number(/^btime (\d+)$/m.exec(text('/proc/stat'))?.[1])
  return ticks > 0 && boot > 0 ? new Date((boot + ticks / TICKS) * 1_000).toISOString() : undefined
}

function socketLines(table: (typeof TABLES)[number]): string[][] {
  return text(`/proc/net/${table}`)
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
}

function socketsAt(table: (typeof TABLES)[number], port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return socketLines(table)
    .filter((fields) => fields[1]?.endsWith(suffix) && (table.startsWith('udp') || fields[3] === LISTENING))
    .map((fields) => `socket:[${fields[9]}]`)
}

function commandOf(pid: string): string {
  const line = text(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim()
  return (line || text(`/proc/${pid}/comm`).trim()).slice(0, 120)
}

function entries(path: string): string[] {
  try {
    return readdirSync(path)
  } catch {
    // Another user's process, or one that has ended.
    return []
  }
}

function linkTarget(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    // Another user's process, or one that has ended.
    return ''
  }
}

function text(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // Another user's process, or one that has ended.
    return ''
  }
}
