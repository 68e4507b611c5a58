import { readFileSync } from 'node:fs'
import type { PortRange } from './services.ts'

/** The ports the operating system hands out by itself, to outgoing connections for instance. */
export function ephemeralRange(): PortRange {
  try {
    const [first, last] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').trim().split(/\s+/).map(Number)
    if (first && last) return [first, last]
  } catch {
    // Not Linux: what the IANA recommends, which macOS and Windows follow.
  }
  return [49_152, 65_535]
}

export function overlaps([first, last]: PortRange, [otherFirst, otherLast]: PortRange): boolean {
  return first <= otherLast && otherFirst <= last
}
