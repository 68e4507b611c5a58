import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { packTar } from '../stand-in/image/tar.ts'

const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json'
const LIST = 'application/vnd.docker.distribution.manifest.list.v2+json'

export interface ImageRegistryOptions {
  /** `user:password`; without one everybody may pull. */
  readonly login?: string
  /** The architecture that its image is listed for. Default: that of this machine. */
  readonly architecture?: string
  /** Breaks the layer off half-way. */
  readonly broken?: boolean
}

/**
 * A registry on this machine with one small image, `iris:latest`, that speaks as much of the distribution protocol as a
 * pull needs.
 *
 * @see https://distribution.github.io/distribution/spec/api/
 */
export class ImageRegistry implements AsyncDisposable {
  readonly #options: ImageRegistryOptions
  readonly #server: Server
  readonly #blobs = new Map<string, Buffer>()
  readonly #manifests = new Map<string, { readonly type: string; readonly content: Buffer }>()
  readonly layerBytes: number
  #port = 0

  private constructor(options: ImageRegistryOptions) {
    this.#options = options
    // New each time, so that no engine has it; and too much to come at once, so that there is progress to see.
    const content = randomBytes(1_300_000)
    const tar = packTar([{ path: 'iris-main', mode: 0o755, owner: 0, content }])
    const layer = gzipSync(tar)
    this.layerBytes = layer.length
    const architecture =
      options.architecture ?? { x64: 'amd64', arm64: 'arm64' }[process.arch as string] ?? process.arch
    const config = json({
      architecture,
      os: 'linux',
      config: { Entrypoint: ['/iris-main'] },
      rootfs: { type: 'layers', diff_ids: [digest(tar)] },
      history: [{ created_by: 'test' }],
    })
    const manifest = json({
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: { mediaType: 'application/vnd.docker.container.image.v1+json', ...descriptor(config) },
      layers: [{ mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip', ...descriptor(layer) }],
    })
    const list = json({
      schemaVersion: 2,
      mediaType: LIST,
      manifests: [{ mediaType: MANIFEST, ...descriptor(manifest), platform: { architecture, os: 'linux' } }],
    })
    for (const blob of [config, layer]) this.#blobs.set(digest(blob), blob)
    this.#manifests.set(digest(manifest), { type: MANIFEST, content: manifest })
    this.#manifests.set(digest(list), { type: LIST, content: list })
    this.#manifests.set('latest', { type: LIST, content: list })
    this.#server = createServer((request, response) => this.#answer(request, response))
  }

  static async start(options: ImageRegistryOptions = {}): Promise<ImageRegistry> {
    const registry = new ImageRegistry(options)
    registry.#server.listen(0, '127.0.0.1')
    await once(registry.#server, 'listening')
    registry.#port = (registry.#server.address() as AddressInfo).port
    return registry
  }

  /** `127.0.0.1:<port>`, which engines trust without TLS. */
  get host(): string {
    return `127.0.0.1:${this.#port}`
  }

  get image(): string {
    return `${this.host}/iris`
  }

  #answer({ url = '', method, headers }: IncomingMessage, response: ServerResponse): void {
    const { login, broken } = this.#options
    response.setHeader('Docker-Distribution-Api-Version', 'registry/2.0')
    if (login !== undefined && headers.authorization !== `Basic ${Buffer.from(login).toString('base64')}`) {
      response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="test"', 'Content-Type': 'application/json' })
      response.end(json({ errors: [{ code: 'UNAUTHORIZED', message: 'authentication required' }] }))
      return
    }
    if (url === '/v2/') {
      response.end('{}')
      return
    }
    const [, kind, name = ''] = /^\/v2\/iris\/(manifests|blobs)\/(.+)$/.exec(url) ?? []
    const found = kind === 'manifests' ? this.#manifests.get(name) : this.#blob(name)
    if (found === undefined) {
      response.writeHead(404, { 'Content-Type': 'application/json' })
      response.end(json({ errors: [{ code: 'MANIFEST_UNKNOWN', message: 'manifest unknown' }] }))
      return
    }
    response.setHeader('Content-Type', found.type)
    response.setHeader('Content-Length', found.content.length)
    if (kind === 'manifests') response.setHeader('Docker-Content-Digest', digest(found.content))
    if (method === 'HEAD') response.end()
    else if (broken && kind === 'blobs' && found.content.length === this.layerBytes) {
      response.writeHead(500)
      response.end()
    } else response.end(found.content)
  }

  #blob(name: string) {
    const content = this.#blobs.get(name)
    return content && { type: 'application/octet-stream', content }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
  }
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value))
}

function digest(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`
}

function descriptor(content: Buffer): { size: number; digest: string } {
  return { size: content.length, digest: digest(content) }
}
