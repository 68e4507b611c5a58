import { PortRegistryError } from './port-registry-error.ts'

/** What a port is for. */
export type ServiceName = 'iris' | 'iris-web' | 'node' | 'static' | 'python' | 'php' | 'system'

/** First and last port, both included. */
export type PortRange = readonly [first: number, last: number]

/** The range of each service. */
export type ServiceRanges = Readonly<Record<ServiceName, PortRange>>

/**
 * Where each service's ports lie unless the registry is configured otherwise. `iris` is the superserver, `iris-web` the web
 * server; `system` is refused to applications.
 */
export const DEFAULT_RANGES: ServiceRanges = {
  iris: [1972, 1981],
  'iris-web': [52773, 52782],
  node: [3000, 3999],
  static: [4000, 4999],
  python: [5000, 5999],
  php: [8080, 8980],
  system: [2601, 2699],
}

export const SERVICE_NAMES = Object.keys(DEFAULT_RANGES) as readonly ServiceName[]

/**
 * The default ranges with the configured ones in their places. Each project needs a web port beside its superserver port,
 * so the web ports become as many as those unless they are configured too.
 *
 * @throws PortRegistryError `UNKNOWN_SERVICE` or `INVALID_RANGE`
 */
export function resolveRanges(configured: Partial<ServiceRanges>): ServiceRanges {
  const ranges = { ...DEFAULT_RANGES }
  for (const [name, range] of Object.entries(configured)) {
    const service = requireService(name)
    if (range === undefined) continue
    if (!isRange(range)) throw invalidRange(JSON.stringify(range), service, { range })
    ranges[service] = [range[0], range[1]]
  }
  if (configured['iris-web'] === undefined) {
    const [first, last] = ranges['iris-web']
    const wanted = first + ranges.iris[1] - ranges.iris[0]
    ranges['iris-web'] = [first, Math.min(Math.max(last, wanted), 65_535)]
  }
  return ranges
}

/**
 * The range that a person wrote as `1972-1991`.
 *
 * @throws PortRegistryError `INVALID_RANGE`
 */
export function parseRange(text: string, service: ServiceName, source?: string): PortRange {
  const range = text.trim().split('-').map(Number)
  if (!/^\d+-\d+$/.test(text.trim()) || !isRange(range)) throw invalidRange(JSON.stringify(text), service, { source })
  return range
}

/** Whether it is two ports, the lower one first. */
export function isRange(value: unknown): value is PortRange {
  if (!Array.isArray(value) || value.length !== 2) return false
  const [first, last]: unknown[] = value
  return isPort(first) && isPort(last) && first <= last
}

function invalidRange(given: string, service: ServiceName, details: { source?: string | undefined; range?: unknown }) {
  const where = details.source === undefined ? '' : ` of ${details.source}`
  return new PortRegistryError({
    code: 'INVALID_RANGE',
    message: `The port range ${given}${where} for service "${service}" is invalid: give two ports from 1 to 65535, the lower one first.`,
    hint: `Use for example ${formatRange(DEFAULT_RANGES[service])}, which is the default; in code [${DEFAULT_RANGES[service].join(', ')}].`,
    details: { service, ...details },
  })
}

/**
 * @param name as given by a caller, perhaps from the command line
 * @throws PortRegistryError `UNKNOWN_SERVICE`
 */
export function requireService(name: string): ServiceName {
  if (Object.hasOwn(DEFAULT_RANGES, name)) return name as ServiceName
  throw new PortRegistryError({
    code: 'UNKNOWN_SERVICE',
    message: `There is no service ${JSON.stringify(name)}.`,
    hint: `Use one of: ${SERVICE_NAMES.join(', ')}.`,
    details: { service: name, services: SERVICE_NAMES },
  })
}

/** Whether it is the container engine that binds the ports of this service, and no process of the project. */
export function isPublished(service: ServiceName): boolean {
  return service === 'iris' || service === 'iris-web'
}

/** Whether ports of this service are probed over UDP as well as TCP. */
export function usesUdp(service: ServiceName): boolean {
  return !isPublished(service)
}

export function isPort(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65_535
}

export function inRange(port: number, [first, last]: PortRange): boolean {
  return port >= first && port <= last
}

export function formatRange([first, last]: PortRange): string {
  return `${first}-${last}`
}
