import { readFileSync } from 'node:fs'
import {
  formatRange,
  type PortRange,
  SERVICE_NAMES,
  type ServiceName,
  type ServiceRanges,
} from '../document/services.ts'
import type { RegistryWarning } from '../store/registry-warning.ts'

/**
 * What may go wrong with these ranges: the system's own port range, or two services' ranges over each other.
 *
 * @param services those whose ranges are to be looked at
 * @param ephemeral the system's own range
 */
export function rangeFindings(
  ranges: ServiceRanges,
  services: readonly ServiceName[],
  ephemeral: PortRange,
): RegistryWarning[] {
  const findings: RegistryWarning[] = []
  for (const service of services) {
    const range = ranges[service]
    if (overlaps(range, ephemeral)) {
      findings.push({
        code: 'RANGE_IS_EPHEMERAL',
        message: `The range ${formatRange(range)} of service "${service}" overlaps ${formatRange(ephemeral)}, from which the system gives ports to outgoing connections: one of them may be in the way now and then.`,
        details: { service, range, ephemeral },
      })
    }
    for (const other of SERVICE_NAMES) {
      if (other === service || !overlaps(range, ranges[other])) continue
      if (services.includes(other) && other < service) continue
      findings.push({
        code: 'RANGES_OVERLAP',
        message: `The range ${formatRange(range)} of service "${service}" overlaps ${formatRange(ranges[other])} of service "${other}": they compete for ports.`,
        details: { service, range, other, otherRange: ranges[other] },
      })
    }
  }
  return findings
}

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
