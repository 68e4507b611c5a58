import { createHash } from 'node:crypto'
import { readFile, realpath } from 'node:fs/promises'
import { extname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import type { LeaseError } from '../book/lease-error.ts'
import type { LoadEntry } from '../book/load-entry.ts'
import { foldersThat } from './folders-that.ts'
import { loadFailed, type Source } from './source.ts'
import { sourceText } from './source-text.ts'

/** What is compiled. */
export const CLASS_KINDS = ['.cls', '.mac', '.int', '.inc']
/** What IRIS has exported. */
export const EXPORT_KINDS = ['.xml', '.gof']
/** Rows of a table. */
export const TABLE_KINDS = ['.csv', '.json']
/** A program whose default export is a function. */
export const MODULE_KINDS = ['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts']
const KINDS = ['.sql', ...CLASS_KINDS, ...EXPORT_KINDS, ...TABLE_KINDS, ...MODULE_KINDS]

/**
 * Finds and reads what the option `load` lists: in the order of its entries and, of the files of one glob, by their paths'
 * letters. A file that several entries name is loaded once, at its first place.
 *
 * @param entries paths, globs from the project's folder, and functions.
 * @param within folders outside of which nothing is looked for or read; then no program is run either. `undefined` for no
 *   such limit.
 * @throws LeaseError `LOAD_FAILED` for a pattern that names nothing or leaves the project, a file that can't be read, or
 *   one of a kind that can't be loaded.
 */
export async function readSources(
  entries: readonly LoadEntry[],
  projectPath: string,
  within?: readonly string[],
): Promise<Source[]> {
  const folders = within && (await Promise.all(within.map((folder) => realpath(folder))))
  const sources = new Map<string, Source | Promise<Source>>()
  for (const [at, entry] of entries.entries()) {
    if (typeof entry === 'function') {
      const path = `the function ${entry.name || `at place ${at + 1}`} of load`
      sources.set(`function ${at}`, { path, content: String(entry), run: entry })
      continue
    }
    if (folders) requireInside(resolve(projectPath, fixedPart(entry)), entry, folders)
    for (const path of await filesOf(entry, projectPath)) {
      if (!sources.has(path)) sources.set(path, readSource(path, projectPath, folders))
    }
  }
  return Promise.all(sources.values())
}

/** The sources' fingerprint: what has been loaded once isn't loaded again into a namespace that stays. */
export function sourcesHash(sources: readonly Source[]): string {
  const hash = createHash('sha256')
  for (const { path, content } of sources) hash.update(`${path}\0${content}\0`)
  return hash.digest('hex').slice(0, 16)
}

async function filesOf(pattern: string, projectPath: string): Promise<string[]> {
  const { glob, isDynamicPattern } = await import('tinyglobby')
  const isGlob = isDynamicPattern(pattern)
  if (isGlob && leaves(projectPath, pattern)) throw leavesProject(pattern, projectPath)
  const unlisted = (cause: Error) =>
    loadFailed(
      `The files of the load pattern ${JSON.stringify(pattern)} can't be listed in ${projectPath}: ${cause.message}`,
      { pattern, projectPath },
      cause,
    )
  const refusals: Error[] = []
  const fs = foldersThat((refusal) => refusals.push(refusal))
  const options = { cwd: projectPath, expandDirectories: false, onlyFiles: true, fs }
  const found = await glob(pattern, options).catch((cause) => {
    throw unlisted(cause)
  })
  // Dots may be written in more ways than the pattern's text tells.
  if (isGlob && found.some((path) => leaves(projectPath, path))) throw leavesProject(pattern, projectPath)
  if (refusals[0]) throw unlisted(refusals[0])
  if (found.length === 0) {
    throw loadFailed(`The load pattern ${JSON.stringify(pattern)} names no file in ${projectPath}.`, {
      pattern,
      projectPath,
    })
  }
  return found.sort()
}

function leavesProject(pattern: string, projectPath: string): LeaseError {
  return loadFailed(
    `The load pattern ${JSON.stringify(pattern)} leaves the project ${projectPath}: what it would find there is nobody's guess.`,
    { pattern, projectPath },
  )
}

/** Whether the part of a glob before its first wildcard is outside the project. */
function leaves(projectPath: string, pattern: string): boolean {
  const away = relative(projectPath, resolve(projectPath, fixedPart(pattern)))
  return /^\.\.([/\\]|$)/.test(away) || isAbsolute(away) || pattern.split('/').slice(1).includes('..')
}

/** What a pattern's matches begin with, whatever they are: all of it where it is a plain path. */
function fixedPart(pattern: string): string {
  const special = pattern.search(/[*?[\]{}()!+@\\]/)
  return special < 0 ? pattern : pattern.slice(0, pattern.lastIndexOf('/', special) + 1)
}

function requireInside(path: string, named: string, folders: readonly string[]): void {
  const isInside = folders.some((folder) => {
    const way = relative(folder, path)
    return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
  })
  if (isInside) return
  throw loadFailed(`${JSON.stringify(named)} leads out of ${folders.join(', ')}.`, { path: named, folders })
}

async function readSource(path: string, projectPath: string, folders: readonly string[] | undefined): Promise<Source> {
  const kind = extname(path).toLowerCase()
  const kinds = folders ? KINDS.filter((one) => !MODULE_KINDS.includes(one)) : KINDS
  if (!kinds.includes(kind)) {
    throw loadFailed(`The file ${path} is of no kind that can be loaded: ${kinds.join(', ')}.`, { path })
  }
  const file = join(projectPath, path)
  if (folders) requireInside(await realpath(file), path, folders)
  const bytes = await readFile(file).catch((cause) => {
    throw loadFailed(`The file ${path} can't be read: ${cause.message}`, { path }, cause)
  })
  // An export says itself which encoding it has, if it is text at all.
  const content = EXPORT_KINDS.includes(kind) ? bytes.toString('latin1') : sourceText(path, bytes)
  return { path, content, file }
}
