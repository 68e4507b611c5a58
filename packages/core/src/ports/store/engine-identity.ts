import { debugLog } from '../../debug/debug-log.ts'
import type { EngineClient } from '../../engine/engine-client.ts'
import { machineName } from '../document/fleet-name.ts'

const debug = debugLog('ports')

/** Which container engine a registry's ports are on. */
export interface EngineIdentity {
  /** The same from whichever machine it is asked. */
  readonly id: string
  /** How this machine reaches it, in `DOCKER_HOST`'s form; `undefined` where none answers. */
  readonly address?: string
}

type Environment = Readonly<Record<string, string | undefined>>

/** How long the engine may take to say who it is, in ms. */
const TIMEOUT_MS = 5_000

/**
 * The identity of the engine that this process works with: `IRIS_DEVTESTER_ENGINE`, or the id that the engine itself has.
 * Addresses don't do: the same one leads to other engines from other machines. Without an engine, ports are the machine's.
 */
export async function identifyEngine(env: Environment): Promise<EngineIdentity> {
  if (env.IRIS_DEVTESTER_ENGINE) return { id: env.IRIS_DEVTESTER_ENGINE }
  const { findEngine, likelyEngine } = await import('../../engine/find-engine.ts')
  const likely = likelyEngine(env)
  const known = likely && (await ask(likely))
  if (known) return known
  const found = await findEngine({ env }).catch((error) => {
    debug.swallowed('find the engine', error)
    return undefined
  })
  return (found && (await ask(found))) ?? { id: `machine:${machineName(env)}` }
}

async function ask(engine: EngineClient): Promise<EngineIdentity | undefined> {
  try {
    const info = JSON.parse(await engine.text('/info', { timeoutMs: TIMEOUT_MS })) as EngineInfo
    const id = idOf(info)
    return id ? { id, address: engine.address } : undefined
  } catch (error) {
    debug.swallowed('ask the engine for its id', error)
    return undefined
  }
}

/** What an engine says of itself. */
interface EngineInfo {
  readonly ID?: string
  /** Podman's alone. */
  readonly BuildahVersion?: string
  /** The engine's host. */
  readonly Name?: string
  /** Where it keeps its containers. */
  readonly DockerRootDir?: string
}

/** Podman makes up a new id for each answer: where it is and what it keeps there stay the same. */
function idOf({ ID, BuildahVersion, Name, DockerRootDir }: EngineInfo): string | undefined {
  if (BuildahVersion === undefined) return ID
  return Name && DockerRootDir ? `podman:${Name}${DockerRootDir}` : undefined
}
