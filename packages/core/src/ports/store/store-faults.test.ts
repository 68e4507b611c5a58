import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { claimGeneration, listGenerations, readGeneration, removeGeneration } from './generation-files.ts'
import { GenerationStore } from './generation-store.ts'
import { publishView } from './publish-view.ts'
import { listQuarantined, quarantineView } from './quarantine.ts'
import { ensureFolders } from './registry-folder.ts'
import { locateRegistry, type RegistryLocation } from './registry-location.ts'
import type { RegistryWarning } from './registry-warning.ts'

let folder: string
let location: RegistryLocation
let warnings: RegistryWarning[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'iris-store-'))
  location = locateRegistry({ registryPath: join(folder, 'port-registry.json') })
  warnings = []
})
afterEach(() => rmSync(folder, { recursive: true }))

function open(): GenerationStore {
  return new GenerationStore(location, (warning) => warnings.push(warning))
}

/** Commits a registry whose only entry names the commit. */
async function commit(name: string): Promise<void> {
  const store = open()
  const snapshot = await store.read()
  if (!store.commit(snapshot, { ...snapshot.document, imported: [name] })) throw new Error('lost')
}

async function imported(): Promise<string[]> {
  return (await open().read()).document.imported
}

function generation(number: number): string {
  return join(location.generations, String(number))
}

function shown(): number {
  return JSON.parse(readFileSync(location.view, 'utf8')).generation
}

describe('the view', () => {
  test('of another tool, with no commit behind it, is taken over, and so is what was left of a lost folder', async () => {
    const theirs = {
      project_path: '/theirs',
      port: 1973,
      assigned_at: '2026-01-01T00:00:00.000Z',
      assignment_type: 'auto',
      status: 'active',
    }
    writeFileSync(location.view, JSON.stringify({ schema_version: '1.0', assignments: [theirs] }))
    const adopted = { imported: ['/theirs'], assignments: [{ ...theirs, container_name: null }] }
    expect((await open().read()).document).toMatchObject(adopted)
    await commit('/ours')
    const named = { ...theirs, container_name: 'iris_theirs' }
    writeFileSync(location.view, JSON.stringify({ schema_version: '1.0', generation: 7, assignments: [named] }))
    rmSync(location.generations, { recursive: true })
    expect(await open().read()).toMatchObject({ generation: 7, document: { imported: [], assignments: [named] } })
  })

  test('that is a folder is trouble that is named, when it is read and when it is written', async () => {
    await commit('one')
    const store = open()
    const snapshot = await store.read()
    rmSync(location.view)
    mkdirSync(location.view)
    const details = { path: location.view, errno: 'EISDIR' }
    await expect(async () => open().read()).rejects.toMatchObject({ code: 'REGISTRY_UNREADABLE', details })
    await expect(async () => store.commit(snapshot, snapshot.document)).rejects.toMatchObject({
      code: 'REGISTRY_UNWRITABLE',
      details,
    })
    expect(listGenerations(location.generations)).toEqual([1])
  })

  test('shows the newest commit even where its writer was slower than a later one’s', async () => {
    await commit('one')
    const late = join(folder, 'late.tmp')
    writeFileSync(late, readFileSync(generation(1)))
    await commit('two')
    await commit('three')
    publishView(location, late, 1)
    expect(shown()).toBe(3)
  })

  test("that can't be parsed is moved aside by exactly one process", async () => {
    await commit('one')
    writeFileSync(location.view, 'broken')
    const taken = quarantineView(location, new Date(0))
    expect([taken, quarantineView(location, new Date(0))]).toEqual([listQuarantined(location)[0], undefined])
  })

  test.each([
    ['the good state is restored', true],
    ['there is none to restore', false],
  ])('that nobody can parse is kept, and %s', async (_name, hasState) => {
    if (hasState) await commit('one')
    writeFileSync(location.view, 'broken')
    expect(await imported()).toEqual(hasState ? ['one'] : [])
    const [kept = ''] = listQuarantined(location)
    expect(readFileSync(kept, 'utf8')).toBe('broken')
    expect(warnings).toMatchObject([
      { code: 'REGISTRY_QUARANTINED', details: { path: location.view, quarantine: kept, restored: hasState } },
    ])
    expect(existsSync(location.view)).toBe(hasState)
  })

  test('that another tool is just writing is looked at again', async () => {
    await commit('one')
    const text = readFileSync(location.view, 'utf8')
    writeFileSync(location.view, text.slice(0, 40))
    const reading = open().read()
    writeFileSync(location.view, text)
    expect((await reading).document.imported).toEqual(['one'])
    expect([warnings, listQuarantined(location)]).toEqual([[], []])
  })

  test('begun by a tool with an empty file takes away only what came from there', async () => {
    const store = open()
    const snapshot = await store.read()
    const entry = (project_path: string, port: number) => ({
      project_path,
      port,
      assigned_at: '2026-01-01T00:00:00.000Z',
      assignment_type: 'auto' as const,
      status: 'active' as const,
      container_name: null,
    })
    const assignments = [entry('/ours', 1972), entry('/theirs', 1973)]
    store.commit(snapshot, { ...snapshot.document, assignments, imported: ['/theirs'] })
    writeFileSync(location.view, JSON.stringify({ schema_version: '1.0', assignments: [entry('/new', 1974)] }))
    const { document } = await open().read()
    expect(document.assignments.map((one) => one.project_path)).toEqual(['/ours', '/new'])
  })

  test('from a generation that is not known any more is ignored, and it is said so', async () => {
    await commit('one')
    const view = JSON.parse(readFileSync(location.view, 'utf8'))
    writeFileSync(location.view, JSON.stringify({ ...view, generation: 9, imported: [] }))
    expect(await imported()).toEqual(['one'])
    expect(warnings).toEqual([
      {
        code: 'VIEW_IGNORED',
        message: `${location.view} comes from generation 9, which isn't known any more. It is ignored until the next change replaces it. See: npx @iris-devtester/cli ports doctor --repair`,
        details: { path: location.view, generation: 9 },
      },
    ])
  })

  test('that another tool edits between a read and its commit keeps the commit from being made', async () => {
    await commit('one')
    const store = open()
    const snapshot = await store.read()
    const view = JSON.parse(readFileSync(location.view, 'utf8'))
    writeFileSync(location.view, JSON.stringify(view))
    expect(store.commit(snapshot, snapshot.document)).toBeUndefined()
    expect(listGenerations(location.generations)).toEqual([1])
  })

  test('that was only published anew does not', async () => {
    await commit('one')
    const store = open()
    const snapshot = await store.read()
    const copy = join(folder, 'copy')
    writeFileSync(copy, readFileSync(location.view))
    renameSync(copy, location.view)
    expect(store.commit(snapshot, snapshot.document)).toMatchObject({ generation: 2 })
  })
})

describe('a generation that can’t be read', () => {
  test.each([
    ['a link that leads nowhere', (path: string) => symlinkSync('nowhere', path)],
    ['an empty folder', (path: string) => mkdirSync(path)],
    ['half a text', (path: string) => writeFileSync(path, '{"half')],
  ])('%s, is replaced by the newest good state', async (_name, damage) => {
    await commit('one')
    damage(generation(2))
    expect(await imported()).toEqual(['one'])
    expect(warnings).toMatchObject([{ code: 'REGISTRY_QUARANTINED', details: { path: generation(2), restored: true } }])
    expect([shown(), (await open().read()).generation]).toEqual([3, 3])
  })

  test('and is all there is, leaves an empty registry', async () => {
    mkdirSync(location.generations, { recursive: true })
    writeFileSync(generation(4), 'x')
    expect((await open().read()).document).toMatchObject({ generation: 5, assignments: [] })
    const [kept = ''] = listQuarantined(location)
    expect(warnings).toEqual([
      {
        code: 'REGISTRY_QUARANTINED',
        message: `The port registry ${generation(4)} could not be read (${warnings[0]?.details.reason}). It was kept as ${kept}, and there was no good state to restore, so it starts empty. See: npx @iris-devtester/cli ports list`,
        details: { path: generation(4), quarantine: kept, reason: expect.any(String), restored: false },
      },
    ])
    expect(readFileSync(kept, 'utf8')).toBe('x')
  })

  test('below one that can, is not looked at', async () => {
    await commit('one')
    writeFileSync(generation(2), 'x')
    writeFileSync(generation(3), '{"schema_version":"1.0","imported":["three"]}')
    expect((await open().read()).generation).toBe(3)
    expect(warnings).toEqual([])
  })

  test('because a later release wrote it, is left alone', async () => {
    await commit('one')
    writeFileSync(generation(2), '{"schema_version":"1.1"}')
    await expect(async () => open().read()).rejects.toMatchObject({
      code: 'REGISTRY_SCHEMA_NEWER',
      details: { path: generation(2), version: '1.1' },
    })
    expect(readFileSync(generation(2), 'utf8')).toBe('{"schema_version":"1.1"}')
  })
})

describe('on a file system without hard links', () => {
  const refusing = (code: string | undefined) => () => {
    throw Object.assign(new Error('no links here'), { code })
  }
  const noLinks = refusing('ENOTSUP')

  test.each(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV'])('which says %s', (code) => {
    const file = join(folder, 'a')
    writeFileSync(file, 'ä')
    expect(claimGeneration(file, join(folder, '7'), refusing(code))).toBe(true)
    expect(readGeneration(folder, 7)).toBe('ä')
    expect(statSync(join(folder, '7')).mode & 0o077).toBe(0)
  })

  test('an error that is about something else is passed on', () => {
    const file = join(folder, 'a')
    writeFileSync(file, 'a')
    for (const code of ['EIO', undefined])
      expect(() => claimGeneration(file, join(folder, '7'), refusing(code))).toThrow('no links here')
    expect(readdirSync(folder)).toEqual(['a'])
  })

  test('a generation that is a file is not replaced by a folder', () => {
    const file = join(folder, 'a')
    writeFileSync(file, 'a')
    writeFileSync(join(folder, '7'), 'theirs')
    expect(claimGeneration(file, join(folder, '7'), noLinks)).toBe(false)
    expect(readGeneration(folder, 7)).toBe('theirs')
    expect(readdirSync(folder).sort()).toEqual(['7', 'a'])
  })

  test('other errors are thrown', () => {
    const file = join(folder, 'a')
    writeFileSync(file, 'a')
    expect(() => claimGeneration(file, join(folder, 'no', '7'), noLinks)).toThrow(/ENOENT/)
    expect(readdirSync(folder)).toEqual(['a'])
    expect(() => claimGeneration(file, join(folder, 'no', '7'))).toThrow(/ENOENT/)
  })

  test('a folder is removed like a file, and a missing one is no error', () => {
    mkdirSync(join(folder, '7'))
    writeFileSync(join(folder, '7', 'registry.json'), '')
    removeGeneration(folder, 7)
    removeGeneration(folder, 7)
    expect(readdirSync(folder)).toEqual([])
  })
})

test('an answer that was lost over a network is taken for the success it was', () => {
  const file = join(folder, 'a')
  writeFileSync(file, 'a')
  const target = join(folder, '7')
  expect(claimGeneration(file, target)).toBe(true)
  expect(claimGeneration(file, target)).toBe(true)
  unlinkSync(target)
  writeFileSync(target, 'theirs')
  expect(claimGeneration(file, target)).toBe(false)
})

test('a writer whose file was cleared away has not made the commit that stands there', () => {
  const taken = () => {
    throw Object.assign(new Error('taken'), { code: 'EEXIST' })
  }
  expect(claimGeneration(join(folder, 'cleared'), join(folder, '7'), taken)).toBe(false)
})

test('a commit leaves its generation and the view, and no open file', async () => {
  await commit('one')
  for (const name of ['two', 'three', 'four']) await commit(name)
  const open =
    process.platform === 'linux' ? readdirSync('/proc/self/fd').map((fd) => linkTarget(`/proc/self/fd/${fd}`)) : []
  expect(open.filter((path) => path.startsWith(folder))).toEqual([])
  expect(readdirSync(folder).sort()).toEqual(['generations', 'port-registry.json'])
  expect(listGenerations(location.generations)).toEqual([1, 2, 3, 4])
})

test('a document tells its last 64 commits, the newest first', { timeout: 60_000 }, async () => {
  const store = open()
  const transactions: string[][] = []
  for (let time = 0; time < 66; time += 1) {
    const snapshot = await store.read()
    transactions.push([...(store.commit(snapshot, snapshot.document, false)?.document.transactions ?? [])])
  }
  expect(transactions[0]).toHaveLength(1)
  expect(transactions[2]?.slice(1)).toEqual(transactions[1])
  expect(transactions[65]).toHaveLength(64)
  expect(transactions[65]?.slice(1)).toEqual(transactions[64]?.slice(0, 63))
})

test('a home folder that is not there is not made', () => {
  const home = join(folder, 'nobody')
  const missing = locateRegistry({ env: { HOME: home } })
  expect(() => ensureFolders(missing)).toThrow(expect.objectContaining({ code: 'REGISTRY_UNWRITABLE' }))
  expect(readdirSync(folder)).toEqual([])
  mkdirSync(home)
  ensureFolders(missing)
  expect(statSync(missing.generations).mode & 0o077).toBe(0)
})

test('only whole numbers above zero are generations', () => {
  for (const name of ['1', '10', '9', '0', '01', '1.5', 'x', '-1', '1e3', '1234567890123456'])
    writeFileSync(join(folder, name), '')
  expect(listGenerations(folder)).toEqual([1, 9, 10])
  expect(listGenerations(join(folder, 'nowhere'))).toEqual([])
  expect(() => listGenerations(join(folder, '1'))).toThrow(/ENOTDIR/)
})

function linkTarget(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    // It was the list of open files itself.
    return ''
  }
}
