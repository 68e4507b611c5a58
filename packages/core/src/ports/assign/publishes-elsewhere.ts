import { existsSync } from 'node:fs'
import { hostname } from 'node:os'
import type { EngineEndpoint } from '../../engine/engine-endpoint.ts'
import { isLoopback } from '../../engine/is-loopback.ts'
import type { SurveyedContainer } from './survey-engine.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Whether an engine publishes the ports of its containers on another machine than this process's, or outside of the container
 * that this process runs in. To try a port here says nothing about there.
 *
 * @param containers the engine's
 * @param env `IRIS_DEVTESTER_ENGINE_HOST` names the host where containers are reached, whatever the engine's address is
 */
export function publishesElsewhere(
  endpoint: EngineEndpoint,
  containers: readonly Pick<SurveyedContainer, 'id' | 'name'>[],
  env: Environment,
): boolean {
  const named = env.IRIS_DEVTESTER_ENGINE_HOST || env.TESTCONTAINERS_HOST_OVERRIDE
  const host = named || (endpoint.kind === 'socket' ? undefined : endpoint.host)
  if (host !== undefined) return !isLoopback(host)
  // Only a container that the engine itself has is a sibling of the others; one on the host's network has the host's name.
  const here = hostname()
  return isInContainer() && containers.some(({ id, name }) => id.startsWith(here) || name === here)
}

function isInContainer(): boolean {
  return existsSync('/.dockerenv') || existsSync('/run/.containerenv')
}
