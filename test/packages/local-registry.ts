import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { root } from '../setup/workspace.mjs'
import type { PackedPackage } from './packed-packages.ts'

/**
 * A package registry on loopback that has our packed packages, and of all others what the workspace's store has: what
 * `npm install` and `npx` do with it is what they would do after a release, without a network.
 */
export class LocalRegistry implements AsyncDisposable {
  readonly #packed: readonly PackedPackage[]
  readonly #folder = mkdtempSync(join(tmpdir(), 'local-registry-'))
  readonly #server: Server
  readonly #tarballs = new Map<string, Buffer>()

  private constructor(packed: readonly PackedPackage[]) {
    this.#packed = packed
    this.#server = createServer((request, response) => {
      const path = decodeURIComponent(new URL(request.url ?? '/', 'http://registry').pathname)
      const tarball = this.#tarballs.get(path)
      if (tarball) return void response.end(tarball)
      const versions = this.#versionsOf(path.slice(1))
      if (versions.length === 0) return void response.writeHead(404).end('{"error":"Not found"}')
      const newest = versions.at(-1)?.version
      const byVersion = Object.fromEntries(versions.map((one) => [one.version, one]))
      response.setHeader('Content-Type', 'application/json')
      response.end(JSON.stringify({ name: path.slice(1), 'dist-tags': { latest: newest }, versions: byVersion }))
    })
  }

  static async start(packed: readonly PackedPackage[]): Promise<LocalRegistry> {
    const registry = new LocalRegistry(packed)
    await new Promise<void>((resolve) => registry.#server.listen(0, '127.0.0.1', resolve))
    return registry
  }

  /** Variables for npm and npx, which then know no other registry. */
  get env(): Readonly<Record<string, string>> {
    return {
      npm_config_registry: `${this.#url}/`,
      npm_config_cache: join(this.#folder, 'cache'),
      npm_config_userconfig: join(this.#folder, 'npmrc'),
      npm_config_update_notifier: 'false',
      npm_config_audit: 'false',
      npm_config_fund: 'false',
    }
  }

  get #url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  #versionsOf(name: string) {
    const own = this.#packed.find(({ manifest }) => manifest.name === name)
    const folders = own ? [] : storeFolders(name)
    const tarballs = own ? [readFileSync(own.tarball)] : folders.map((folder) => this.#pack(folder))
    const manifests = own
      ? [own.manifest]
      : folders.map((folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string })
    return manifests
      .map((manifest, index) => {
        const tarball = tarballs[index] as Buffer
        const path = `/-/${name}-${manifest.version}.tgz`
        this.#tarballs.set(path, tarball)
        const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`
        return { ...manifest, dist: { tarball: this.#url + path, integrity } }
      })
      .sort((one, other) => one.version.localeCompare(other.version, undefined, { numeric: true }))
  }

  #pack(folder: string): Buffer {
    const place = mkdtempSync(join(this.#folder, 'pack-'))
    symlinkSync(folder, join(place, 'package'))
    // npm leaves out links, and in the store files of equal content are hard links to one another.
    const args = ['-czhf', '-', '--hard-dereference', '-C', place, '--exclude=package/node_modules', 'package']
    return execFileSync('tar', args, { maxBuffer: 2 ** 28 })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

let store: string[] | undefined

/** Every version of a package in the workspace's store. */
function storeFolders(name: string): string[] {
  const folder = join(root, 'node_modules/.pnpm')
  store ??= readdirSync(folder)
  const prefix = `${name.replace('/', '+')}@`
  const found = store
    .filter((entry) => entry.startsWith(prefix))
    .map((entry) => join(folder, entry, 'node_modules', name))
  // With other peers there are several copies of one version.
  const byVersion = new Map(
    found.map((path) => [/@([^@_(]+)/.exec(path.slice(path.indexOf(prefix) + prefix.length - 1))?.[1], path]),
  )
  return [...byVersion.values()]
}

/** An empty folder for a project. */
export function emptyProject(): string {
  const folder = mkdtempSync(join(tmpdir(), 'iris-project-'))
  mkdirSync(dirname(folder), { recursive: true })
  return folder
}
