import { getContainerRuntimeClient } from 'testcontainers'
import { debugLog } from '../debug/debug-log.ts'
import type { EngineClient } from '../engine/engine-client.ts'
import { EngineError } from '../engine/engine-error.ts'

const debug = debugLog('engine')

/** The library keeps one client for the whole process, so it is told once. */
let told: Promise<unknown> | undefined

/**
 * Points Testcontainers at the engine we found. It looks for itself, but knows no Docker contexts and fewer sockets; it
 * reads `DOCKER_HOST` once, when its client is first made.
 */
export async function useEngine(engine: EngineClient): Promise<void> {
  told ??= makeClient(engine).catch((error) => {
    told = undefined
    throw error
  })
  await told
}

async function makeClient(engine: EngineClient): Promise<void> {
  const { endpoint, address } = engine
  const tls = endpoint.kind === 'tcp' ? endpoint.tls : undefined
  const wanted: Record<string, string | undefined> = {
    DOCKER_HOST: address,
    ...(tls?.folder === undefined ? {} : { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: tls.folder }),
  }
  const before = Object.fromEntries(Object.keys(wanted).map((name) => [name, process.env[name]]))
  setEnvironment(wanted)
  try {
    await getContainerRuntimeClient()
  } catch (cause) {
    throw new EngineError({
      code: 'ENGINE_MISMATCH',
      message: `The container engine at ${address} answers, but Testcontainers can't use it: ${(cause as Error).message}.`,
      hint: 'See why: run again with DEBUG=testcontainers*',
      details: { address, source: endpoint.source },
      cause,
    })
  } finally {
    setEnvironment(before)
  }
}

function setEnvironment(values: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
}

/** Removes a container from the engine that the library uses. Fails silently. */
export async function removeElsewhere(id: string): Promise<void> {
  const { container } = await getContainerRuntimeClient()
  await container.dockerode
    .getContainer(id)
    .remove({ force: true, v: true })
    .catch((error) => debug.swallowed('remove from the other engine', error))
}

/** What to throw when the library created a container on another engine than the one we found. */
export function engineMismatch({ address, endpoint }: EngineClient): EngineError {
  return new EngineError({
    code: 'ENGINE_MISMATCH',
    message: `Testcontainers uses another container engine than the one at ${address} (${endpoint.source}), so ports can't be kept apart.`,
    hint: 'Remove tc.host and docker.host from ~/.testcontainers.properties, or name one engine for both: export DOCKER_HOST=unix:///path/to/docker.sock',
    details: { address, source: endpoint.source },
  })
}
