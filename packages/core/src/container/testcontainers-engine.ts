import { getContainerRuntimeClient } from 'testcontainers'
import type { EngineClient } from '../engine/engine-client.ts'

/**
 * Points Testcontainers at the engine we found. It looks for itself, but knows no Docker contexts and fewer sockets; it
 * reads `DOCKER_HOST` once, when its client is first made.
 */
export async function useEngine(engine: EngineClient): Promise<void> {
  if (process.env.DOCKER_HOST !== undefined) return
  process.env.DOCKER_HOST = engine.address
  try {
    await getContainerRuntimeClient()
  } finally {
    delete process.env.DOCKER_HOST
  }
}
