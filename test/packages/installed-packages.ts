import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { root } from '../setup/workspace.mjs'
import { type PackedPackage, unpack } from './packed-packages.ts'

const run = promisify(execFile)

/**
 * A clean project outside the workspace with packed packages installed, as a package manager would install them: each
 * package sees what its manifest declares and nothing else. Dependencies of others come from the workspace's store, so that
 * no network is needed.
 */
export class InstalledPackages implements Disposable {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'iris-installed-')))

  /** @param beside what else the project has installed: names in the workspace's root. */
  constructor(packages: readonly PackedPackage[], beside: readonly string[] = []) {
    for (const { folder, tarball, manifest } of packages) {
      const target = join(this.folder, 'node_modules', manifest.name)
      mkdirSync(target, { recursive: true })
      unpack(tarball, target)
      const store = join(root, 'packages', folder, 'node_modules')
      for (const name of Object.keys(manifest.dependencies ?? {})) {
        // Our own are siblings, as after a real installation.
        if (!name.startsWith('@iris-devtester/')) this.#link(join(target, 'node_modules', name), join(store, name))
      }
      // One copy for all, the project's own: that is what a peer is.
      for (const name of Object.keys(manifest.peerDependencies ?? {})) {
        this.#link(join(this.folder, 'node_modules', name), join(store, name))
      }
    }
    for (const name of beside) this.#link(join(this.folder, 'node_modules', name), join(root, 'node_modules', name))
  }

  write(path: string, content: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true })
    writeFileSync(join(this.folder, path), content)
  }

  /**
   * Runs Node in the project without the outer run's variables.
   *
   * @returns its standard output.
   * @throws Error with both outputs when it fails.
   */
  async node(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
    const { PATH, HOME, DOCKER_HOST, IRIS_IMAGE } = process.env
    const own = Object.fromEntries(Object.entries({ PATH, HOME, DOCKER_HOST, IRIS_IMAGE }).filter(([, value]) => value))
    try {
      return (await run(process.execPath, [...args], { cwd: this.folder, env: { ...own, ...env } })).stdout
    } catch (error) {
      const { message, stdout } = error as Error & { stdout: string }
      throw new Error(`${message}\n${stdout}`, { cause: error })
    }
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  #link(path: string, target: string): void {
    if (existsSync(path)) return
    mkdirSync(dirname(path), { recursive: true })
    symlinkSync(realpathSync(target), path)
  }
}
