import { debugLog } from '../debug/debug-log.ts'
import type { PortRegistry } from '../ports/port-registry.ts'
import { IrisContainerError } from './container-error.ts'
import { portConflict, portRefusalIn, refusedPort } from './port-refusal.ts'

const debug = debugLog('ports')

/** More than this many lost races in a row means that something else is wrong. */
const MAX_ATTEMPTS = 20

/** The host ports of one container. */
export interface ReservedPorts {
  readonly port: number
  readonly webPort: number
}

export interface ReservationRequest {
  readonly registry: PortRegistry
  readonly projectPath: string
  /** The only superserver port that will do. */
  readonly preferredPort?: number | undefined
  /** The only web port that will do. */
  readonly preferredWebPort?: number | undefined
}

type Service = 'iris' | 'iris-web'

/**
 * Reserves a project's ports and starts something on them. A reservation is only a promise among users of the registry;
 * the engine's bind decides. A port it refuses is exchanged for the next when it was chosen automatically, and is a
 * conflict when it was asked for. When the start fails, no reservation made here is left.
 *
 * @throws PortExhaustedError, PortConflictError, or what `start` throws.
 */
export async function onReservedPorts<T>(
  request: ReservationRequest,
  start: (ports: ReservedPorts) => Promise<T>,
): Promise<T> {
  const { registry, projectPath, preferredPort, preferredWebPort } = request
  const made: Service[] = []
  const reserve = async (service: Service, preferred: number | undefined): Promise<number> => {
    const before = await registry.getAssignment(projectPath, { service })
    const { port } = await registry.assignPort(projectPath, { service, preferredPort: preferred })
    if (before?.status !== 'active') made.push(service)
    return port
  }
  try {
    let port = await reserve('iris', preferredPort)
    let webPort = await reserve('iris-web', preferredWebPort)
    for (let attempt = 1; ; attempt++) {
      try {
        return await start({ port, webPort })
      } catch (error) {
        const reason = portRefusalIn(error)
        const refused = reason === undefined ? undefined : refusedPort(reason)
        if (reason === undefined || attempt === MAX_ATTEMPTS || (refused !== port && refused !== webPort)) throw error
        const service = refused === port ? 'iris' : 'iris-web'
        const moved = await registry.reassignPort(projectPath, { service, reason, port: refused })
        if (service === 'iris') port = moved.port
        else webPort = moved.port
      }
    }
  } catch (error) {
    if (!isTakenByOwn(error)) await release(registry, projectPath, made)
    throw error
  }
}

/**
 * Starts something on ports that nobody reserved.
 *
 * @throws PortConflictError, or what `start` throws.
 */
export async function onDefaultPorts<T>(ports: ReservedPorts, start: (ports: ReservedPorts) => Promise<T>): Promise<T> {
  try {
    return await start(ports)
  } catch (error) {
    const reason = portRefusalIn(error)
    throw reason === undefined ? error : portConflict(reason, refusedPort(reason), error)
  }
}

/** A container of the same name is one of the same project on the same ports: they are in use, though not by us. */
function isTakenByOwn(error: unknown): boolean {
  return error instanceof IrisContainerError && error.code === 'CONTAINER_NAME_TAKEN'
}

async function release(registry: PortRegistry, projectPath: string, services: readonly Service[]): Promise<void> {
  for (const service of services)
    await registry.releasePort(projectPath, { service }).catch((error) => debug.swallowed('release a port', error))
}
