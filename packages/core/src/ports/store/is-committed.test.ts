import { mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { signatureOf } from './generation-files.ts'
import { isCommitted } from './is-committed.ts'
import { type NewestGeneration, readNewest } from './newest-generation.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'iris-committed-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function write(number: number, ...transactions: string[]): void {
  writeFileSync(join(folder, String(number)), JSON.stringify({ schema_version: '1.0', transactions }))
}

/** What a commit of number 8 asks that began on generation 7. */
function isMine(before: NewestGeneration): boolean {
  return isCommitted(folder, { number: 8, transaction: 'mine', before })
}

function seven(): NewestGeneration {
  write(7, 'theirs')
  return readNewest(folder)
}

test('a commit beside the generation it began on counts, whatever later ones say', () => {
  const before = seven()
  write(8, 'mine')
  expect(isMine(before)).toBe(true)
  write(9, 'a later one that forgot')
  expect(isMine(before)).toBe(true)
})

test('where that generation has been collected, later ones tell', () => {
  const before = seven()
  unlinkSync(join(folder, '7'))
  write(8, 'mine')
  expect(isMine(before)).toBe(true)
  write(9, 'next', 'mine')
  expect(isMine(before)).toBe(true)
  write(9, 'next')
  expect(isMine(before)).toBe(false)
  unlinkSync(join(folder, '9'))
  write(30, 'much later', 'mine')
  expect(isMine(before)).toBe(true)
  write(30, 'much later')
  expect(isMine(before)).toBe(false)
})

test('a later one that can’t be read speaks against it', () => {
  const before = seven()
  unlinkSync(join(folder, '7'))
  write(8, 'mine')
  writeFileSync(join(folder, '9'), '{"half')
  expect(isMine(before)).toBe(false)
})

test('another file under that generation’s number, put there by another suspended writer, proves nothing', () => {
  const before = seven()
  rmSync(join(folder, '7'))
  write(6, 'keeps the place on the disk')
  writeFileSync(join(folder, '7'), 'of another length')
  expect(signatureOf(join(folder, '7'))).not.toEqual(before.signature)
  write(8, 'mine')
  write(20, 'the newest')
  expect(isMine(before)).toBe(false)
})

test('neither does a generation further down', () => {
  write(5, 'theirs')
  const before = readNewest(folder)
  write(8, 'mine')
  write(9, 'next')
  expect(isMine(before)).toBe(false)
})

test('the first commit of all has nothing before it', () => {
  const before = readNewest(folder)
  write(1, 'mine')
  expect(isCommitted(folder, { number: 1, transaction: 'mine', before })).toBe(true)
  write(2, 'next')
  expect(isCommitted(folder, { number: 1, transaction: 'mine', before })).toBe(false)
})
