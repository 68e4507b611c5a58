import { request } from 'node:http'
import type { EngineEndpoint } from '../../../packages/core/src/engine/engine-endpoint.ts'

/**
 * Sends a tar archive to the engine and gives its answer.
 *
 * @throws Error with the engine's own words; also for an engine behind TLS, which the stand-in has no use for.
 */
export async function sendArchive(
  endpoint: EngineEndpoint,
  method: 'POST' | 'PUT',
  path: string,
  archive: Buffer,
): Promise<string> {
  if (endpoint.kind === 'tcp' && endpoint.tls) throw new Error('The stand-in is not built on an engine behind TLS.')
  const where =
    endpoint.kind === 'socket' ? { socketPath: endpoint.path } : { host: endpoint.host, port: endpoint.port }
  const headers = { Host: 'docker', 'Content-Type': 'application/x-tar', 'Content-Length': archive.length }
  return new Promise((resolve, reject) => {
    const call = request({ ...where, method, path, headers, agent: false })
    call.once('error', reject)
    call.once('response', async (response) => {
      let body = ''
      response.setEncoding('utf8')
      for await (const chunk of response) body += chunk
      if (response.statusCode === 200) resolve(body)
      else reject(new Error(`The engine refused ${method} ${path}: ${body.trim()}`))
    })
    call.end(archive)
  })
}
