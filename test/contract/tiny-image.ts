import { execFileSync } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import type { EngineClient } from '../../packages/core/src/engine/engine-client.ts'

/** An image of a few megabytes with nothing in it but a program that sleeps. */
export const TINY_IMAGE = 'iris-devtester-tests/tiny:1'

/**
 * Builds {@link TINY_IMAGE} from this machine's own `sleep` and its libraries, unless it is there: nothing is pulled.
 */
export async function buildTinyImage(client: EngineClient): Promise<void> {
  if (await client.inspectImage(TINY_IMAGE)) return
  const [repo = '', tag = ''] = TINY_IMAGE.split(':')
  const changes = 'ENTRYPOINT ["/bin/sleep"]'
  const query = new URLSearchParams({ fromSrc: '-', repo, tag, changes })
  await post(client, `/images/create?${query}`, packSleep())
}

function packSleep(): Buffer {
  const sleep = execFileSync('sh', ['-c', 'command -v sleep'], { encoding: 'utf8' }).trim()
  const libraries = execFileSync('ldd', [sleep], { encoding: 'utf8' }).match(/\/\S+/g) ?? []
  const paths = [...new Set([sleep, ...libraries])]
  // Under the names the program asks for, whatever they are links to here.
  const transforms = paths.map((path) => `--transform=s|^${realpathSync(path).slice(1)}$|${target(path, sleep)}|`)
  return execFileSync(
    'tar',
    ['-c', '-C', '/', ...transforms, ...new Set(paths.map((path) => realpathSync(path).slice(1)))],
    {
      maxBuffer: 100_000_000,
    },
  )
}

function target(path: string, sleep: string): string {
  return path === sleep ? join('bin', 'sleep') : path.slice(1)
}

function post(client: EngineClient, path: string, body: Buffer): Promise<void> {
  const { endpoint } = client
  const address =
    endpoint.kind === 'socket' ? { socketPath: endpoint.path } : { host: endpoint.host, port: endpoint.port }
  const headers = { 'Content-Type': 'application/x-tar', 'Content-Length': body.length, Host: 'docker' }
  return new Promise((resolve, reject) => {
    const sent = request({ ...address, path, method: 'POST', headers, agent: false }, (response) => {
      let answer = ''
      response.setEncoding('utf8')
      response.on('data', (chunk) => {
        answer += chunk
      })
      response.on('end', () => (response.statusCode === 200 ? resolve() : reject(new Error(answer))))
    })
    sent.once('error', reject)
    sent.end(body)
  })
}
