import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { capture, tail } from '../setup/run.mjs'
import { root } from '../setup/workspace.mjs'

const PNPM = 'pnpm@12.21.0'

/** What of a manifest the checks look at. */
export interface Manifest {
  readonly name: string
  readonly version: string
  readonly exports: Readonly<Record<string, unknown>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
  readonly scripts?: Readonly<Record<string, string>>
  readonly [field: string]: unknown
}

/** One package as it would be published. */
export interface PackedPackage {
  /** Its folder's name under `packages/`. */
  readonly folder: string
  /** The tarball's path. */
  readonly tarball: string
  /** The manifest in the tarball, which is not the one in the workspace: pnpm has filled in versions. */
  readonly manifest: Manifest
  /** Every file in the tarball, from its `package/` folder. */
  readonly files: readonly string[]
}

/** All packages of the workspace, packed by the tool that publishes them, in a folder that goes away with this. */
export class PackedPackages implements Disposable {
  readonly #folder: string
  readonly all: readonly PackedPackage[]

  private constructor(folder: string, all: readonly PackedPackage[]) {
    this.#folder = folder
    this.all = all
  }

  /** @throws Error with the packer's words when a package can't be packed; they have to be built before. */
  static async pack(): Promise<PackedPackages> {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'iris-packed-')))
    const args = ['--prefer-offline', '--yes', PNPM, '-r', '--filter', './packages/*', 'pack', '--pack-destination']
    const { code, output } = await capture('npx', [...args, folder])
    if (code !== 0) throw new Error(`Packing failed (exit code ${code}):\n${tail(output)}`)
    return new PackedPackages(
      folder,
      packageFolders().map((name) => readTarball(name, folder)),
    )
  }

  /** The package `@iris-devtester/<folder>`. */
  get(folder: string): PackedPackage {
    const found = this.all.find((one) => one.folder === folder)
    if (found === undefined) throw new Error(`There is no package ${folder}.`)
    return found
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

/** The folders under `packages/`, in the order of their names. */
export function packageFolders(): string[] {
  return readdirSync(join(root, 'packages')).sort()
}

/** Unpacks a tarball's `package/` folder into `target`, which must exist. */
export function unpack(tarball: string, target: string): void {
  execFileSync('tar', ['-xzf', tarball, '-C', target, '--strip-components=1'])
}

function readTarball(folder: string, packed: string): PackedPackage {
  const { version } = JSON.parse(readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8')) as Manifest
  const tarball = join(packed, `iris-devtester-${folder}-${version}.tgz`)
  const list = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' })
  const manifest = execFileSync('tar', ['-xzOf', tarball, 'package/package.json'], { encoding: 'utf8' })
  return {
    folder,
    tarball,
    manifest: JSON.parse(manifest) as Manifest,
    files: list
      .trim()
      .split('\n')
      .map((path) => path.replace(/^package\//, '')),
  }
}
