import type { EngineClient } from '../engine/engine-client.ts'

/**
 * Resolves when a container ends.
 *
 * @param condition `next-exit` for one that has yet to start, `not-running` for one that may have ended already.
 */
export async function untilContainerEnds(
  engine: EngineClient,
  id: string,
  condition: 'next-exit' | 'not-running',
  signal: AbortSignal,
): Promise<void> {
  const answer = await engine.open(`/containers/${id}/wait`, {
    method: 'POST',
    query: { condition },
    timeoutMs: 0,
    signal,
  })
  answer.resume()
  await new Promise<void>((resolve, reject) => {
    answer.once('end', resolve)
    answer.once('error', reject)
  })
}
