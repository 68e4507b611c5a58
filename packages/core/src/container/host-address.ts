import { existsSync, readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { debugLog } from '../debug/debug-log.ts'
import type { EngineClient } from '../engine/engine-client.ts'
import type { EngineEndpoint, SshEndpoint } from '../engine/engine-endpoint.ts'
import { EngineError } from '../engine/engine-error.ts'
import { isLoopback } from '../engine/is-loopback.ts'

const debug = debugLog('engine')

/** Where containers' ports are bound on the engine's host, and by which name they are reached from here. */
export interface HostAddress {
  readonly bindAddress: string
  readonly host: string
}

/** Where this process runs, as far as it is known. */
export interface ProcessLocation {
  /** Set when this process runs in a container itself: the address of its network's gateway. */
  readonly gateway?: string | undefined
  /** The name behind an alias that only ssh knows. */
  readonly remoteHost?: string | undefined
  /** A host name the user insists on. */
  readonly override?: string | undefined
}

/**
 * Ports of a container on this machine are bound to and reached at 127.0.0.1, so nobody else reaches them. Where the
 * engine is elsewhere, or its socket was handed into a container, loopback would be the wrong machine's.
 *
 * @param bindAddress the host address the user asks for, if any.
 */
export function hostAddress(
  endpoint: EngineEndpoint,
  bindAddress: string | undefined,
  { gateway, override, remoteHost }: ProcessLocation,
): HostAddress {
  if (override) return { bindAddress: bindAddress ?? '0.0.0.0', host: override }
  const remote = endpoint.kind === 'socket' ? undefined : (remoteHost ?? endpoint.host)
  if (remote !== undefined && !isLoopback(remote)) return { bindAddress: bindAddress ?? '0.0.0.0', host: remote }
  if (gateway) return { bindAddress: bindAddress ?? '0.0.0.0', host: gateway }
  const bound = bindAddress ?? '127.0.0.1'
  return { bindAddress: bound, host: bound === '0.0.0.0' ? '127.0.0.1' : bound === '::' ? '::1' : bound }
}

/**
 * Finds out where this process runs. Only a container that the engine itself knows is a sibling of those it creates; an engine
 * inside our own container is as local as any. `IRIS_DEVTESTER_ENGINE_HOST` names the host to reach containers at.
 */
export async function locateProcess(
  engine: EngineClient,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<ProcessLocation> {
  const override = env.IRIS_DEVTESTER_ENGINE_HOST ?? env.TESTCONTAINERS_HOST_OVERRIDE
  if (!override && engine.endpoint.kind === 'ssh') return { remoteHost: await hostOfAlias(engine.endpoint) }
  const inContainer = existsSync('/.dockerenv') || existsSync('/run/.containerenv')
  if (override || !inContainer || engine.endpoint.kind !== 'socket') return { override }
  // Where this process runs can't change while it runs.
  const isSibling = siblings.get(engine.address) ?? (await isKnownTo(engine))
  siblings.set(engine.address, isSibling)
  return { override, gateway: isSibling ? defaultGateway() : undefined }
}

/** What ssh's own configuration calls the host. */
async function hostOfAlias({ host, user, port }: SshEndpoint): Promise<string | undefined> {
  const words = [...(user === undefined ? [] : ['-l', user]), ...(port === undefined ? [] : ['-p', String(port)])]
  try {
    const [{ execFile }, { promisify }] = await Promise.all([import('node:child_process'), import('node:util')])
    const { stdout } = await promisify(execFile)('ssh', ['-G', ...words, '--', host])
    return /^hostname (.+)$/m.exec(stdout)?.[1]
  } catch (error) {
    debug.swallowed('look up an alias of ssh', error)
    return undefined
  }
}

/** By the engine's address: whether it knows the container this process runs in. */
const siblings = new Map<string, boolean>()

async function isKnownTo(engine: EngineClient): Promise<boolean> {
  try {
    return (await engine.inspectContainer(hostname(), { timeoutMs: 2_000 })) !== undefined
  } catch (error) {
    // An engine that doesn't like the name doesn't know it; one that doesn't answer has said nothing.
    if (error instanceof EngineError && error.code === 'ENGINE_REQUEST_FAILED') return false
    throw error
  }
}

/** The gateway of the default route, which `/proc/net/route` gives as little-endian hex. */
function defaultGateway(): string | undefined {
  try {
    for (const line of readFileSync('/proc/net/route', 'utf8').split('\n').slice(1)) {
      const [, destination, gateway] = line.split('\t')
      if (destination === '00000000' && gateway) {
        return (gateway.match(/../g) ?? [])
          .reverse()
          .map((byte) => Number.parseInt(byte, 16))
          .join('.')
      }
    }
  } catch {
    // Not Linux: there is no such file, and no container of ours either.
  }
  return undefined
}
