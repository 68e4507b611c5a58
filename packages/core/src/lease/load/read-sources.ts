import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { extname, isAbsolute, join, relative, resolve } from 'node:path'
import type { LoadEntry } from '../book/load-entry.ts'
import { loadFailed, type Source } from './source.ts'

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
 * @throws LeaseError `LOAD_FAILED` for a pattern that names nothing or leaves the project, a file that can't be read, or
 *   one of a kind that can't be loaded.
 */
export async function readSources(entries: readonly LoadEntry[], projectPath: string): Promise<Source[]> {
  const sources = new Map<string, Source | Promise<Source>>()
  for (const [at, entry] of entries.entries()) {
    if (typeof entry === 'function') {
      const path = `the function ${entry.name || `at place ${at + 1}`} of load`
      sources.set(`function ${at}`, { path, content: String(entry), run: entry })
      continue
    }
    for (const path of await filesOf(entry, projectPath)) {
      if (!sources.has(path)) sources.set(path, readSource(path, projectPath))
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
  if (isDynamicPattern(pattern) && leaves(projectPath, pattern)) {
    throw loadFailed(
      `The load pattern ${JSON.stringify(pattern)} leaves the project ${projectPath}: what it would find there is nobody's guess.`,
      { pattern, projectPath },
    )
  }
  const found = await glob(pattern, { cwd: projectPath, expandDirectories: false, onlyFiles: true }).catch((cause) => {
    throw loadFailed(
      `The files of the load pattern ${JSON.stringify(pattern)} can't be listed in ${projectPath}: ${cause.message}`,
      { pattern, projectPath },
      cause,
    )
  })
  if (found.length === 0) {
    throw loadFailed(`The load pattern ${JSON.stringify(pattern)} names no file in ${projectPath}.`, {
      pattern,
      projectPath,
    })
  }
  return found.sort()
}

/** Whether the part of a glob before its first wildcard is outside the project. */
function leaves(projectPath: string, pattern: string): boolean {
  const fixed = /^[^*?[\]{}()!+@]*/.exec(pattern.replace(/^!/, ''))?.[0] ?? ''
  const folder = fixed.slice(0, fixed.lastIndexOf('/') + 1)
  const away = relative(projectPath, resolve(projectPath, folder))
  return away.startsWith('..') || isAbsolute(away) || pattern.split('/').slice(1).includes('..')
}

async function readSource(path: string, projectPath: string): Promise<Source> {
  const kind = extname(path).toLowerCase()
  if (!KINDS.includes(kind)) {
    throw loadFailed(`The file ${path} is of no kind that can be loaded: ${KINDS.join(', ')}.`, { path })
  }
  const file = join(projectPath, path)
  const content = await readFile(file, kind === '.gof' ? 'latin1' : 'utf8').catch((cause) => {
    throw loadFailed(`The file ${path} can't be read: ${cause.message}`, { path }, cause)
  })
  return { path, content, file }
}
