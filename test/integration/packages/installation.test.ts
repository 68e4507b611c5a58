import { execFile } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { emptyProject, LocalRegistry } from '../../packages/local-registry.ts'
import { type PackedPackage, PackedPackages } from '../../packages/packed-packages.ts'

const MOST_PACKAGES = 12
const MOST_BYTES = 4 * 2 ** 20

let packages: PackedPackages
let registry: LocalRegistry
beforeAll(async () => {
  packages = await PackedPackages.pack()
  registry = await LocalRegistry.start(packages.all)
})
afterAll(async () => {
  await registry[Symbol.asyncDispose]()
  packages[Symbol.dispose]()
})

interface Installed {
  /** Names, ours among them. */
  readonly packages: readonly string[]
  readonly bytes: number
  readonly withInstallScript: readonly string[]
}

/** What npm installs for one package: all but the runner, its peer, which is there already. */
async function installed({ manifest }: PackedPackage): Promise<Installed> {
  const project = emptyProject()
  try {
    writeFileSync(join(project, 'package.json'), '{}')
    const args = ['install', '--ignore-scripts', '--legacy-peer-deps', manifest.name]
    await promisify(execFile)('npm', args, { cwd: project, env: { ...process.env, ...registry.env } })
    const lock = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { hasInstallScript?: boolean }>
    }
    const found = Object.entries(lock.packages).filter(([path]) => path !== '')
    return {
      packages: found.map(([path]) => path.replace(/.*node_modules\//, '')),
      bytes: sizeOf(join(project, 'node_modules')),
      withInstallScript: found.filter(([, one]) => one.hasInstallScript).map(([path]) => path),
    }
  } finally {
    rmSync(project, { recursive: true, force: true })
  }
}

/** The bytes of all files in a folder. */
function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => statSync(join(folder, path), { throwIfNoEntry: false }))
    .reduce((sum, stats) => sum + (stats?.isFile() ? stats.size : 0), 0)
}

test.each(['core', 'vitest', 'jest', 'playwright'])(
  '%s adds few small packages and runs nothing at its installation',
  async (name) => {
    const { packages: names, bytes, withInstallScript } = await installed(packages.get(name))
    expect(names.length).toBeLessThanOrEqual(MOST_PACKAGES)
    expect(bytes).toBeLessThanOrEqual(MOST_BYTES)
    expect(withInstallScript).toEqual([])
  },
)

test('the store for a fleet adds its driver, and runs nothing at its installation', async () => {
  const { packages: names, withInstallScript } = await installed(packages.get('postgres'))
  expect(names).toContain('pg')
  expect(names.length).toBeLessThanOrEqual(2 * MOST_PACKAGES + 4)
  expect(withInstallScript).toEqual([])
  const dependent = packages.all.filter(
    ({ manifest }) => 'pg' in { ...manifest.dependencies, ...manifest.peerDependencies },
  )
  expect(dependent.map(({ folder }) => folder)).toEqual(['postgres'])
})

test('the package for Testcontainers alone depends on it', () => {
  const dependent = packages.all.filter(
    ({ manifest }) => 'testcontainers' in { ...manifest.dependencies, ...manifest.peerDependencies },
  )
  expect(dependent.map(({ folder }) => folder)).toEqual(['testcontainers'])
})
