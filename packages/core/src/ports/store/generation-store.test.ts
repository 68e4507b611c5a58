import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { claimGeneration, listGenerations, readGeneration, removeGeneration } from './generation-files.ts'
import { GenerationStore } from './generation-store.ts'
import { locateRegistry, type RegistryLocation } from './registry-location.ts'

let folder: string
let location: RegistryLocation
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'iris-store-'))
  location = locateRegistry({ registryPath: join(folder, 'port-registry.json') })
})
afterEach(() => rmSync(folder, { recursive: true }))

function open(): GenerationStore {
  return new GenerationStore(location, () => undefined)
}

async function commit(store: GenerationStore, times = 1): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    const snapshot = await store.read()
    store.commit(snapshot, snapshot.document)
  }
}

test('of two commits on one state the second loses', async () => {
  const [one, other] = [open(), open()]
  const [first, second] = [await one.read(), await other.read()]
  expect(one.commit(first, first.document)).toMatchObject({ generation: 1 })
  expect(other.commit(second, second.document)).toBeUndefined()
  expect((await other.read()).generation).toBe(1)
})

test('a commit on a state that was collected long ago loses and leaves nothing behind', async () => {
  const suspendedWriter = open()
  await commit(suspendedWriter)
  const outdated = await suspendedWriter.read()
  await commit(open(), 3)
  for (const number of [1, 2]) unlinkSync(join(location.generations, String(number)))
  expect(suspendedWriter.commit(outdated, outdated.document)).toBeUndefined()
  expect(listGenerations(location.generations)).toEqual([3, 4])
})

test('the newest 32 generations are kept, and older ones while they are young', { timeout: 60_000 }, async () => {
  const store = open()
  await commit(store, 40)
  expect(listGenerations(location.generations)).toHaveLength(40)
  for (let number = 1; number <= 40; number += 1) utimesSync(join(location.generations, String(number)), 1, 1)
  await commit(store, 8)
  expect(listGenerations(location.generations)[0]).toBe(17)
})

test('the view is a separate file, so writing to it does not change the generations', async () => {
  await commit(open())
  const before = readGeneration(location.generations, 1)
  expect(readFileSync(location.view, 'utf8')).toBe(before)
  writeFileSync(location.view, 'x')
  expect(readGeneration(location.generations, 1)).toBe(before)
})

test('a writer that died before it published is published by the next one', async () => {
  const store = open()
  await commit(store)
  const behind = readFileSync(location.view, 'utf8')
  await commit(store)
  writeFileSync(location.view, behind)
  expect((await open().read()).generation).toBe(2)
  await commit(open())
  expect(JSON.parse(readFileSync(location.view, 'utf8')).generation).toBe(3)
})

test('folders and files are for their owner alone', async () => {
  await commit(open())
  const modes = [location.generations, location.view, join(location.generations, '1')].map(
    (path) => statSync(path).mode & 0o077,
  )
  expect(modes).toEqual([0, 0, 0])
})

test('where there are no hard links, a folder takes the name, once', () => {
  const noLinks = () => {
    throw Object.assign(new Error('no links here'), { code: 'EPERM' })
  }
  const generation = join(folder, '7')
  for (const [name, expected] of [
    ['a', true],
    ['b', false],
  ] as const) {
    const file = join(folder, `${name}.tmp`)
    writeFileSync(file, name)
    expect(claimGeneration(file, generation, noLinks)).toBe(expected)
  }
  expect(readGeneration(folder, 7)).toBe('a')
  expect(readdirSync(folder)).toEqual(['7', 'a.tmp', 'b.tmp'])
  removeGeneration(folder, 7)
  expect(readGeneration(folder, 7)).toBeUndefined()
})
