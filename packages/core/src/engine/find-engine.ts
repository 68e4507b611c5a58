import { existsSync } from 'node:fs'
import { engineCandidates } from './engine-candidates.ts'
import { EngineClient } from './engine-client.ts'
import { formatEndpoint } from './engine-endpoint.ts'
import { EngineError } from './engine-error.ts'
import { engineRemedy } from './engine-remedy.ts'

/** How {@link findEngine} looks. */
export interface FindEngineOptions {
  /** Default: `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** How long one candidate may take to answer, in ms. Default 2,000. */
  readonly timeoutMs?: number
}

/** How long an engine behind ssh may take to answer first, in ms: a login goes before. */
const SSH_TIMEOUT_MS = 15_000

/**
 * The first engine that answers among `DOCKER_HOST`, the current Docker context, and the sockets that engines usually listen on.
 *
 * @throws EngineError `ENGINE_NOT_FOUND` naming everything that was tried, and what to do.
 */
export async function findEngine({
  env = process.env,
  timeoutMs = 2_000,
}: FindEngineOptions = {}): Promise<EngineClient> {
  const tried: { address: string; source: string; problem: string }[] = []
  const candidates = engineCandidates(env)
  for (const endpoint of candidates) {
    const address = formatEndpoint(endpoint)
    if (endpoint.kind === 'socket' && process.platform !== 'win32' && !existsSync(endpoint.path)) {
      tried.push({ address, source: endpoint.source, problem: 'no such socket' })
      continue
    }
    const client = new EngineClient(endpoint, { timeoutMs: endpoint.kind === 'ssh' ? SSH_TIMEOUT_MS : timeoutMs })
    try {
      await client.ping()
      return new EngineClient(endpoint)
    } catch (error) {
      if (!(error instanceof EngineError)) throw error
      tried.push({ address, source: endpoint.source, problem: String(error.details.problem ?? error.code) })
    }
  }
  const list = tried.map((one) => `  ${one.address} (${one.source}): ${one.problem}`).join('\n')
  throw new EngineError({
    code: 'ENGINE_NOT_FOUND',
    message: `No container engine answers. IRIS runs in a container, so one is needed. Tried:\n${list}`,
    hint: engineRemedy(candidates, tried[0]?.problem, {
      isDenied: tried.some((one) => one.problem === 'permission denied'),
    }),
    details: { tried },
  })
}

/** The engine that {@link findEngine} would most likely find, without asking it. */
export function likelyEngine(env: FindEngineOptions['env'] = process.env): EngineClient | undefined {
  const endpoint = engineCandidates(env).find(
    (one) => one.kind !== 'socket' || process.platform === 'win32' || existsSync(one.path),
  )
  return endpoint && new EngineClient(endpoint)
}
