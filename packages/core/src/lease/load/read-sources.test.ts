import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readSources, sourcesHash } from './read-sources.ts'

let folder: string
beforeEach(() => {
  folder = join(realpathSync(mkdtempSync(join(tmpdir(), 'iris-sources-'))), 'project')
  mkdirSync(folder)
})
afterEach(() => rmSync(dirname(folder), { recursive: true }))

function write(...paths: string[]): void {
  for (const path of paths) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), path)
  }
}
const paths = async (...entries: Parameters<typeof readSources>[0]) =>
  (await readSources(entries, folder)).map(({ path }) => path)

test('entries come in their order, the files of a glob by their paths, and each file once', async () => {
  write('b.sql', 'a.sql', 'src/z.cls', 'src/deep/y.cls')
  const seed = () => {}
  expect(await paths('b.sql', 'src/**/*.cls', seed, '*.sql')).toEqual([
    'b.sql',
    'src/deep/y.cls',
    'src/z.cls',
    'the function seed of load',
    'a.sql',
  ])
})

test('a path may lead to a neighbour, as in a workspace; a glob may not', async () => {
  write('../shared.sql', 'own.sql')
  expect(await paths('../shared.sql')).toEqual(['../shared.sql'])
  for (const pattern of ['../*.sql', './../*.sql', 'src/../../*.sql', '\\.\\./*.sql', `${dirname(folder)}/*.sql`]) {
    await expect(paths(pattern)).rejects.toMatchObject({
      code: 'LOAD_FAILED',
      message: expect.stringContaining('leaves'),
    })
  }
})

test('the fingerprint tells files apart by path and content, and functions by their source', async () => {
  write('a.sql')
  const hash = async (...entries: Parameters<typeof readSources>[0]) => sourcesHash(await readSources(entries, folder))
  const one = await hash('a.sql')
  expect(await hash('a.sql')).toBe(one)
  writeFileSync(join(folder, 'a.sql'), 'changed')
  expect(await hash('a.sql')).not.toBe(one)
  expect(await hash(() => 1)).not.toBe(await hash(() => 2))
})

test('where folders are given, nothing outside of them is read and no program is taken', async () => {
  write('../out.sql', 'own.sql', 'seed.mjs')
  const within = (pattern: string) => readSources([pattern], folder, [folder])
  expect((await within('own.sql')).map(({ path }) => path)).toEqual(['own.sql'])
  await expect(within('../out.sql')).rejects.toMatchObject({
    code: 'LOAD_FAILED',
    message: expect.stringContaining('leads out of'),
  })
  await expect(within('seed.mjs')).rejects.toMatchObject({
    message: expect.stringContaining('of no kind that can be loaded'),
  })
})
