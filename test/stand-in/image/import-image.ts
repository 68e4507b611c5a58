import type { EngineEndpoint } from '../../../packages/core/src/engine/engine-endpoint.ts'
import { sendArchive } from './send-archive.ts'

/**
 * Makes an image of a tar archive, as `docker import` does.
 *
 * @param tag with its `:tag`.
 * @param changes Dockerfile instructions that the image's configuration comes from.
 * @throws Error with the engine's own words.
 */
export async function importImage(
  endpoint: EngineEndpoint,
  tag: string,
  archive: Buffer,
  changes: readonly string[],
): Promise<void> {
  const separator = tag.lastIndexOf(':')
  const query = new URLSearchParams({ fromSrc: '-', repo: tag.slice(0, separator), tag: tag.slice(separator + 1) })
  for (const change of changes) query.append('changes', change)
  const answer = await sendArchive(endpoint, 'POST', `/images/create?${query}`, archive)
  // The engine says 200 before it begins, and reports a failure in the stream.
  const failure = /"error":\s*"([^"]+)"/.exec(answer)?.[1]
  if (failure) throw new Error(`The engine failed to import the image ${tag}: ${failure}`)
}
