import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { collectGarbage, isOlder } from './collect-garbage.ts'
import { highestGeneration, sameFile, signatureOf } from './generation-files.ts'
import { listQuarantined, quarantineText } from './quarantine.ts'
import { locateRegistry, type RegistryLocation } from './registry-location.ts'

const NOW = 1_000_000_000
const KEEP = { generations: 2, ageMs: 1_000 }

let location: RegistryLocation
beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'iris-garbage-'))
  location = locateRegistry({ registryPath: join(folder, 'port-registry.json') })
  mkdirSync(location.generations)
})
afterEach(() => rmSync(location.folder, { recursive: true }))

/** A file whose age is known, in ms. */
function put(path: string, ageMs: number, isFolder = false): void {
  if (isFolder) {
    mkdirSync(path)
    writeFileSync(join(path, 'registry.json'), '')
  } else writeFileSync(path, '')
  const at = (NOW - ageMs) / 1_000
  utimesSync(path, at, at)
}

function generations(): number[] {
  return readdirSync(location.generations)
    .map(Number)
    .sort((one, other) => one - other)
}

test('the newest generations stay, and the lowest go first, none above one that is young', () => {
  for (const number of [9, 10, 11, 12]) put(join(location.generations, String(number)), 2_000)
  collectGarbage(location, NOW, KEEP)
  expect(generations()).toEqual([11, 12])
  for (const number of [13, 14]) put(join(location.generations, String(number)), 2_000)
  put(join(location.generations, '11'), 500)
  collectGarbage(location, NOW, KEEP)
  expect(generations()).toEqual([11, 12, 13, 14])
})

test('one commit clears away no more than two hundred', () => {
  for (let number = 1; number <= 210; number += 1) put(join(location.generations, String(number)), 2_000)
  collectGarbage(location, NOW, KEEP)
  expect(generations()).toEqual([201, 202, 203, 204, 205, 206, 207, 208, 209, 210])
})

test('unfinished files of dead writers go, folders too; young ones and those of others stay', () => {
  const inFolder = (name: string) => join(location.folder, name)
  put(inFolder('port-registry.a.tmp'), 2_000)
  put(inFolder('port-registry.b.tmp.folder.tmp'), 2_000, true)
  const stay = ['port-registry.young.tmp', 'other.a.tmp', 'port-registry.a', 'port-registry-2.a.tmp']
  for (const name of stay) put(inFolder(name), name.includes('young') ? 500 : 2_000)
  collectGarbage(location, NOW, KEEP)
  expect(readdirSync(location.folder).sort()).toEqual(['generations', ...stay].sort())
})

test('a file is older than an age, not as old; and one that is gone has none', () => {
  const path = join(location.folder, 'x')
  put(path, 1_000)
  expect([999, 1_000].map((age) => isOlder(path, NOW, age))).toEqual([true, false])
  expect(isOlder(`${path}y`, NOW, 0)).toBe(false)
})

test('two texts that are damaged at the same moment are both kept', () => {
  const at = new Date('2026-01-01T00:00:00.000Z')
  const kept = ['a', 'b'].map((text) => quarantineText(location, text, at))
  expect(kept).toEqual(
    ['000Z', '001Z'].map((end) => join(location.folder, `port-registry.corrupt-2026-01-01T00-00-00-${end}.json`)),
  )
  put(join(location.folder, 'other.corrupt-x.json'), 0)
  expect(listQuarantined(location)).toEqual(kept)
  expect(kept.every((path) => existsSync(path))).toBe(true)
})

test('a file is the same only while nothing of it differs', () => {
  const file = { ino: 1, size: 2, mtimeMs: 3 }
  expect(sameFile(file, { ...file })).toBe(true)
  expect(sameFile(undefined, undefined)).toBe(true)
  for (const change of [{ ino: 9 }, { size: 9 }, { mtimeMs: 9 }])
    expect(sameFile(file, { ...file, ...change })).toBe(false)
  expect([sameFile(file, undefined), sameFile(undefined, file)]).toEqual([false, false])
  expect(signatureOf(join(location.folder, 'nowhere'))).toBeUndefined()
})

test('the highest generation is found without a list, from none on', () => {
  expect(highestGeneration(location.generations)).toBe(0)
  for (const name of ['2', '10', '9', '11x', '012']) put(join(location.generations, name), 0)
  expect(highestGeneration(location.generations)).toBe(10)
  expect(highestGeneration(join(location.folder, 'nowhere'))).toBe(0)
})
