import { debugLog, type EngineClient, EngineError } from '@iris-devtester/core/container'
import { getContainerRuntimeClient } from 'testcontainers'

const debug = debugLog('engine')

/** The library keeps one client for the whole process. */
let clientReady: Promise<unknown> | undefined

/**
 * Points Testcontainers at the engine we found. It looks for itself, but knows no Docker contexts and fewer sockets.
 *
 * @throws EngineError `ENGINE_MISMATCH` when it can't use the engine.
 */
export async function useEngine(engine: EngineClient): Promise<void> {
  clientReady ??= makeClient(engine).catch((error) => {
    clientReady = undefined
    throw error
  })
  await clientReady
}

async function makeClient({ endpoint, address }: EngineClient): Promise<void> {
  if (endpoint.kind === 'ssh') throw noSsh(address, endpoint.source)
  const tls = endpoint.kind === 'tcp' ? endpoint.tls : undefined
  await presetConfiguration({
    ...process.env,
    DOCKER_HOST: address,
    ...(tls?.folder === undefined ? {} : { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: tls.folder }),
  })
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
  }
}

/**
 * The library reads its configuration once and keeps it. Its reader takes an environment, so that `process.env`, which
 * the user's own code sees, stays as it is. A version without that reader looks for an engine by itself; where it finds
 * another one, the start says so.
 */
async function presetConfiguration(env: NodeJS.ProcessEnv): Promise<void> {
  try {
    const reader = await import('testcontainers/build/container-runtime/strategies/utils/config.js')
    await reader.getContainerRuntimeConfig(env)
  } catch (error) {
    debug.swallowed('preset the configuration of Testcontainers', error)
  }
}

/** The library would log in with a client of its own, which knows neither ssh's configuration nor its keys. */
function noSsh(address: string, source: string): EngineError {
  return new EngineError({
    code: 'ENGINE_MISMATCH',
    message: `Testcontainers can't use the container engine at ${address} (from ${source}): it does not connect through the ssh client.`,
    hint: 'Use acquireIris() or an adapter, which can; or forward the socket and name it:\nssh -nNT -L /tmp/docker.sock:/var/run/docker.sock <host>\nexport DOCKER_HOST=unix:///tmp/docker.sock',
    details: { address, source },
  })
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
