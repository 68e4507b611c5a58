import type { EngineClient } from '../engine/engine-client.ts'
import { EngineError } from '../engine/engine-error.ts'

/** Tells when a container ends. */
export interface EndWatch {
  /** Resolves with its exit code when the container ends; rejects with an `EngineError` when the engine can't tell any more. */
  readonly ended: Promise<number>
}

/**
 * Watches for a container's end. Once this has resolved, the engine watches: an end after that is not missed, however
 * soon it comes.
 *
 * @param condition `next-exit` for one that has yet to start, `not-running` for one that may have ended already.
 * @throws EngineError
 */
export async function watchEnd(
  engine: EngineClient,
  id: string,
  condition: 'next-exit' | 'not-running',
  signal: AbortSignal,
): Promise<EndWatch> {
  const path = `/containers/${id}/wait`
  const answer = await engine.open(path, { method: 'POST', query: { condition }, signal })
  const ended = answer.toArray().then(
    (chunks) => {
      const code = /"StatusCode":(-?\d+)/.exec(String(Buffer.concat(chunks)))?.[1]
      // An engine that shuts down ends the response without a status.
      if (code === undefined) throw lost(engine, 'it closed the connection')
      return Number(code)
    },
    (error) => {
      throw lost(engine, (error as NodeJS.ErrnoException).code ?? (error as Error).message)
    },
  )
  // Nobody may be waiting for it any more.
  ended.catch(() => {})
  return { ended }
}

function lost(engine: EngineClient, problem: string): EngineError {
  return new EngineError({
    code: 'ENGINE_UNREACHABLE',
    message: `The connection to the container engine at ${engine.address} was lost: ${problem}.`,
    hint: 'Check that it runs: docker version',
    details: { address: engine.address, problem },
  })
}
