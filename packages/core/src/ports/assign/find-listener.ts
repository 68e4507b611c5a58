import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** A process that listens on a port. */
export interface PortListener {
  /** Its process id. */
  readonly pid: number
  /** Its command line, shortened. */
  readonly command: string
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

function socketsAt(table: (typeof TABLES)[number], port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return text(`/proc/net/${table}`)
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
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
