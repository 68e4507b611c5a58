import { request } from 'node:http'
import type { EngineEndpoint } from '../../../packages/core/src/engine/engine-endpoint.ts'

/**
 * Makes an image of a tar archive, as `docker import` does.
 *
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
  const where =
    endpoint.kind === 'socket' ? { socketPath: endpoint.path } : { host: endpoint.host, port: endpoint.port }
  const text = await new Promise<string>((resolve, reject) => {
    const headers = { Host: 'docker', 'Content-Type': 'application/x-tar', 'Content-Length': archive.length }
    const call = request({ ...where, method: 'POST', path: `/images/create?${query}`, headers, agent: false })
    call.once('error', reject)
    call.once('response', async (response) => {
      let body = ''
      response.setEncoding('utf8')
      for await (const chunk of response) body += chunk
      if (response.statusCode === 200) resolve(body)
      else reject(new Error(`The engine refused to import the image ${tag}: ${body.trim()}`))
    })
    call.end(archive)
  })
  // The engine says 200 before it begins, and reports a failure in the stream.
  const failure = /"error":\s*"([^"]+)"/.exec(text)?.[1]
  if (failure) throw new Error(`The engine failed to import the image ${tag}: ${failure}`)
}
