import type { PortRegistryError } from '../document/port-registry-error.ts'
import { normaliseProjectPath } from '../document/project-path.ts'
import { inRange, isPort, requireService, type ServiceName, type ServiceRanges } from '../document/services.ts'
import { suggestPorts } from './assign-port.ts'
import { invalidPort, outOfRange, systemReserved } from './port-errors.ts'
import type { RegistryParts } from './registry-parts.ts'

/**
 * The service a caller names, `iris` when it names none.
 *
 * @throws PortRegistryError `UNKNOWN_SERVICE`
 */
export function checkService(service: string | undefined): ServiceName {
  return service === undefined ? 'iris' : requireService(service)
}

/** A request whose every part is of the right form. */
export interface CheckedRequest {
  readonly projectPath: string
  readonly service: ServiceName
  readonly preferredPort: number | undefined
}

/**
 * Checks a request for a port, as far as that can be done without looking whether the port is free.
 *
 * @throws PortRegistryError `INVALID_PORT`, `INVALID_PROJECT_PATH`, `PORT_OUT_OF_RANGE`, `SYSTEM_RESERVED`, `UNKNOWN_SERVICE`
 */
export async function checkRequest(
  parts: RegistryParts,
  path: string,
  options: { readonly service?: string | undefined; readonly preferredPort?: number | 'auto' | undefined },
): Promise<CheckedRequest> {
  const service = checkService(options.service)
  const projectPath = parts.projects.nameOf(normaliseProjectPath(path))
  const preferredPort = checkPort(options.preferredPort)
  if (service !== 'system' && preferredPort === undefined) return { projectPath, service, preferredPort }
  const ranges = parts.rangesOf((await parts.store.read()).document)
  if (isServed(preferredPort, service, ranges)) return { projectPath, service, preferredPort }
  throw await rangeError(parts, ranges, preferredPort, { projectPath, service })
}

/**
 * The port a caller wants, `undefined` for any.
 *
 * @throws PortRegistryError `INVALID_PORT`
 */
export function checkPort(port: unknown): number | undefined {
  if (port === undefined || port === 'auto') return undefined
  if (!isPort(port)) throw invalidPort(port)
  return port
}

/** Whether an application may have this port, or any port, for this service. */
function isServed(port: number | undefined, service: ServiceName, ranges: ServiceRanges): boolean {
  return service !== 'system' && (port === undefined || inRange(port, ranges[service]))
}

/** Why an application may not have it. */
async function rangeError(
  parts: RegistryParts,
  ranges: ServiceRanges,
  port: number | undefined,
  request: { readonly projectPath: string; readonly service: ServiceName },
): Promise<PortRegistryError> {
  const { service } = request
  const suggestions = service === 'system' || port === undefined ? [] : await suggestPorts(parts, port, request)
  const isReserved = service === 'system' || (port !== undefined && inRange(port, ranges.system))
  if (port === undefined || isReserved) return systemReserved(port, ranges.system, suggestions)
  return outOfRange(port, service, ranges[service], suggestions)
}
