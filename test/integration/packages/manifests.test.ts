import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkPackage } from '../../packages/check-package.ts'
import { PackedPackages, packageFolders } from '../../packages/packed-packages.ts'

let packages: PackedPackages
beforeAll(async () => {
  packages = await PackedPackages.pack()
})
afterAll(() => packages[Symbol.dispose]())

test.for(packageFolders())('%s ships its build, its papers and nothing else', (folder) => {
  const { files } = packages.get(folder)

  const others = files.filter((path) => !path.startsWith('dist/'))
  expect(others.filter((path) => path !== 'CHANGELOG.md').sort()).toEqual(['LICENSE', 'README.md', 'package.json'])
  expect(files.filter((path) => /\.test\.|fixture/.test(path))).toEqual([])
})

test.for(packageFolders())('%s runs nothing when it is installed and says where it comes from', (folder) => {
  const { manifest } = packages.get(folder)

  expect(Object.keys(manifest.scripts ?? {}).filter((name) => /install|prepare/.test(name))).toEqual([])
  expect(manifest).toMatchObject({
    license: 'MIT',
    engines: { node: '>=22.22' },
    publishConfig: { access: 'public', provenance: true },
    repository: {
      type: 'git',
      url: 'git+https://github.com/iris-devtester/iris-devtester.git',
      directory: `packages/${folder}`,
    },
    bugs: 'https://github.com/iris-devtester/iris-devtester/issues',
    homepage: `https://github.com/iris-devtester/iris-devtester/tree/main/packages/${folder}#readme`,
  })
  expect(manifest.description).toEqual(expect.stringContaining('IRIS'))
  expect(manifest.keywords).toEqual(expect.arrayContaining(['intersystems', 'iris', 'testing']))
})

test.for(packageFolders())('%s depends on released versions, and on its siblings at its own', (folder) => {
  const { manifest } = packages.get(folder)

  const ranges = Object.entries({ ...manifest.dependencies, ...manifest.peerDependencies })
  expect(ranges.filter(([, range]) => /workspace:|link:|file:|\*|latest/.test(range))).toEqual([])
  for (const [name, range] of ranges.filter(([name]) => name.startsWith('@iris-devtester/'))) {
    expect([name, range]).toEqual([name, `^${manifest.version}`])
  }
})

test('a package whose types are missing or whose entry is CommonJS in disguise is found out', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'iris-broken-'))
  try {
    const manifest = {
      name: '@iris-devtester/broken',
      version: '1.0.0',
      type: 'module',
      files: ['dist'],
      exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
    }
    mkdirSync(join(folder, 'package/dist'), { recursive: true })
    writeFileSync(join(folder, 'package/package.json'), JSON.stringify(manifest))
    writeFileSync(join(folder, 'package/dist/index.js'), 'module.exports = { one: 1 }\n')
    const tarball = join(folder, 'broken.tgz')
    execFileSync('tar', ['-czf', tarball, '-C', folder, 'package'])

    const found = await checkPackage({ folder: 'broken', tarball, manifest, files: [] })

    expect(found).toEqual([
      expect.stringContaining('FILE_DOES_NOT_EXIST'),
      expect.stringContaining('FILE_INVALID_FORMAT'),
      expect.stringContaining('has no types'),
    ])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
