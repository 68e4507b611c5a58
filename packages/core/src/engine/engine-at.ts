import { debugLog } from '../debug/debug-log.ts'
import { engineCandidates, parseDockerHost } from './engine-candidates.ts'
import { EngineClient } from './engine-client.ts'
import { type EngineEndpoint, formatEndpoint } from './engine-endpoint.ts'

const debug = debugLog('engine')

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The engine with an address that the registry holds, whatever engine this process would choose for itself. Certificates
 * aren't part of an address, so they come from the environment when it names the same engine.
 *
 * @throws EngineError `ENGINE_NOT_FOUND` for an address of a form that can't be used.
 */
export function engineAt(address: string, env: Environment = process.env): EngineClient {
  const known = candidates(env).find((endpoint) => formatEndpoint(endpoint) === address)
  return new EngineClient(known ?? parseDockerHost(address, 'the registry'))
}

function candidates(env: Environment): EngineEndpoint[] {
  try {
    return engineCandidates(env)
  } catch (error) {
    debug.swallowed('engine candidates', error)
    // What is wrong with this process's own engine is no reason to give up on another.
    return []
  }
}
