import {
  closeSync,
  fstatSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { flushToDisk } from './flush-to-disk.ts'

/** Tells one state of a file from any other. */
export interface FileSignature {
  readonly ino: number
  readonly size: number
  readonly mtimeMs: number
}

export function sameFile(one: FileSignature | undefined, other: FileSignature | undefined): boolean {
  return one?.ino === other?.ino && one?.size === other?.size && one?.mtimeMs === other?.mtimeMs
}

/** The file's signature; `undefined` where there is no file. */
export function signatureOf(path: string): FileSignature | undefined {
  const stats = statSync(path, { throwIfNoEntry: false })
  return stats && { ino: stats.ino, size: stats.size, mtimeMs: stats.mtimeMs }
}

/** The numbers of the generations in `folder`, ascending. */
export function listGenerations(folder: string): number[] {
  return namesIn(folder)
    .filter(isNumber)
    .map(Number)
    .sort((one, other) => one - other)
}

/** The highest of them, 0 where there is none; cheaper than the list. */
export function highestGeneration(folder: string): number {
  let highest = 0
  for (const name of namesIn(folder)) if (Number(name) > highest && isNumber(name)) highest = Number(name)
  return highest
}

function isNumber(name: string): boolean {
  return /^[1-9]\d{0,14}$/.test(name)
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/** A generation's text; `undefined` where it has been collected. */
export function readGeneration(folder: string, number: number): string | undefined {
  const path = join(folder, String(number))
  const text = readFileOrFolder(path)
  if (text !== undefined) return text
  // A name that leads nowhere, a broken link or an empty folder, will not go away: it is damaged, not collected.
  return lstatSync(path, { throwIfNoEntry: false }) === undefined ? undefined : ''
}

function readFileOrFolder(path: string): string | undefined {
  try {
    return readText(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EISDIR') return readText(join(path, CONTENT))
    throw error
  }
}

/** The file's text; `undefined` where there is no file. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Writes a new file that only its owner may read. With `durable` it is on the disk when this returns. */
export function writeNewFile(path: string, text: string, durable: boolean): FileSignature {
  const file = openSync(path, 'wx', 0o600)
  try {
    const bytes = Buffer.from(text)
    for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written)
    if (durable) flushToDisk(file)
    const { ino, size, mtimeMs } = fstatSync(file)
    return { ino, size, mtimeMs }
  } finally {
    closeSync(file)
  }
}

/** Makes a folder's entries durable, where the system can do that to a folder. */
export function syncFolder(path: string): void {
  if (process.platform === 'win32') return
  const folder = openSync(path, 'r')
  try {
    flushToDisk(folder)
  } finally {
    closeSync(folder)
  }
}

/** The name of the registry's text where a generation is a folder. */
const CONTENT = 'registry.json'

/**
 * Gives `file` the name `generation` as well, unless that is taken: the commit point. On file systems without hard links
 * a folder takes the name instead, which no other folder with content can replace.
 *
 * @returns whether the name is ours
 */
export function claimGeneration(file: string, generation: string, link = linkSync): boolean {
  try {
    link(file, generation)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // Over a network the answer may be lost and the call repeated: the second try finds the first one's name.
    if (code === 'EEXIST') return statSync(file, { throwIfNoEntry: false })?.nlink === 2
    if (code !== undefined && NO_HARD_LINKS.has(code)) return claimByFolder(file, generation)
    throw error
  }
}

const NO_HARD_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV'])
const TAKEN = new Set(['EEXIST', 'ENOTEMPTY', 'ENOTDIR', 'EPERM', 'EACCES'])

function claimByFolder(file: string, generation: string): boolean {
  const folder = `${file}.folder.tmp`
  mkdirSync(folder, { mode: 0o700 })
  try {
    writeNewFile(join(folder, CONTENT), readFileSync(file, 'utf8'), true)
    syncFolder(folder)
    renameSync(folder, generation)
    return true
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    const { code } = error as NodeJS.ErrnoException
    const taken = code !== undefined && TAKEN.has(code) && statSync(generation, { throwIfNoEntry: false }) !== undefined
    if (taken) return false
    throw error
  }
}

/** Removes a generation, whichever form it has. One that is gone is fine. */
export function removeGeneration(folder: string, number: number): void {
  const path = join(folder, String(number))
  try {
    unlinkSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    rmSync(path, { recursive: true, force: true })
  }
}
