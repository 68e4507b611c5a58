import { EngineError } from '../engine/engine-error.ts'
import type { PortRegistry } from '../ports/port-registry.ts'
import type { ServiceName } from '../ports/services.ts'
import { isPortRefusal, refusedPort } from './port-refusal.ts'

/** More than this many lost races in a row means that something else is wrong. */
const MOST_ATTEMPTS = 20

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
  const made: ServiceName[] = []
  const reserve = async (service: 'iris' | 'iris-web', preferred: number | undefined): Promise<number> => {
    const before = await registry.getAssignment(projectPath, { service })
    const options = preferred === undefined ? { service } : { service, preferredPort: preferred }
    const { port } = await registry.assignPort(projectPath, options)
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
        const reason = refusalIn(error)
        const refused = reason === undefined ? undefined : refusedPort(reason)
        if (reason === undefined || attempt === MOST_ATTEMPTS || (refused !== port && refused !== webPort)) throw error
        const service = refused === port ? 'iris' : 'iris-web'
        const moved = await registry.reassignPort(projectPath, { service, reason })
        if (service === 'iris') port = moved.port
        else webPort = moved.port
      }
    }
  } catch (error) {
    for (const service of made) await registry.releasePort(projectPath, { service }).catch(() => {})
    throw error
  }
}

/** The engine's words when it refused to bind a port, whoever passed them on. */
function refusalIn(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const reason = error instanceof EngineError ? String(error.details.reason ?? '') : error.message
  return isPortRefusal(reason) ? reason : undefined
}
