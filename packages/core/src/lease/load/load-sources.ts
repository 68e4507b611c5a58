import { createHash } from 'node:crypto'
import { readFile, realpath } from 'node:fs/promises'
import { extname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { IrisConnectionError } from '../../connection/connection-error.ts'
import type { IrisConnection } from '../../connection/iris-connection.ts'
import { summaryOf } from '../../errors/summary-of.ts'
import { LeaseError } from '../book/lease-error.ts'
import { splitStatements } from './split-statements.ts'

const CLASS_FILES = ['.cls', '.mac', '.int', '.inc']

/** A file to load, with its content. */
export interface Source {
  readonly path: string
  readonly content: string
}

/**
 * Finds and reads the files that patterns name, in the patterns' order, and by name within one.
 *
 * @param patterns paths or globs, from the project's folder.
 * @param within folders outside of which nothing is looked for or read; `undefined` for no such limit.
 * @throws LeaseError `LOAD_FAILED` for a pattern that names nothing, a file of another kind, or one outside `within`.
 */
export async function readSources(
  patterns: readonly string[],
  projectPath: string,
  within?: readonly string[],
): Promise<Source[]> {
  if (patterns.length === 0) return []
  const { glob } = await import('tinyglobby')
  const paths = new Set<string>()
  const folders = within && (await Promise.all(within.map((folder) => realpath(folder))))
  for (const pattern of patterns) {
    if (folders) requireInside(resolve(projectPath, fixedPart(pattern)), pattern, folders)
    const found = await glob(pattern, { cwd: projectPath, expandDirectories: false, onlyFiles: true })
    if (found.length === 0) {
      throw failed(`The load pattern ${JSON.stringify(pattern)} names no file in ${projectPath}.`, {
        pattern,
        projectPath,
      })
    }
    for (const path of found.sort()) paths.add(path)
  }
  return Promise.all(
    [...paths].map(async (path) => {
      if (!CLASS_FILES.includes(extname(path)) && extname(path) !== '.sql') {
        throw failed(`The file ${path} is of no kind that can be loaded: .sql, ${CLASS_FILES.join(', ')}.`, { path })
      }
      const real = await realpath(join(projectPath, path))
      if (folders) requireInside(real, path, folders)
      return { path, content: await readFile(real, 'utf8') }
    }),
  )
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
  throw failed(`${JSON.stringify(named)} leads out of ${folders.join(', ')}.`, { path: named, folders })
}

/** The sources' fingerprint: what has been loaded once isn't loaded again into a namespace that stays. */
export function sourcesHash(sources: readonly Source[]): string {
  const hash = createHash('sha256')
  for (const { path, content } of sources) hash.update(`${path}\0${content}\0`)
  return hash.digest('hex').slice(0, 16)
}

/**
 * Loads sources in their order: runs of classes are compiled together, SQL files statement by statement.
 *
 * @throws LeaseError `LOAD_FAILED` with the file and IRIS's own words.
 */
export async function loadSources(connection: IrisConnection, sources: readonly Source[]): Promise<void> {
  let classes: Record<string, string> = {}
  const compile = async () => {
    const batch = classes
    classes = {}
    const paths = Object.keys(batch)
    if (paths.length > 0) await attempt(paths.join(', '), connection, () => connection.loadClasses(batch))
  }
  for (const { path, content } of sources) {
    if (extname(path) !== '.sql') {
      classes[path] = content
      continue
    }
    await compile()
    for (const { text, line } of splitStatements(content)) {
      await connection.sql(text).catch((error) => {
        throw statementFailed({ path, line, text }, connection.namespace, error)
      })
    }
  }
  await compile()
}

async function attempt(path: string, connection: IrisConnection, work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (cause) {
    throw failed(
      `Loading ${path} into the namespace ${connection.namespace} failed: ${summaryOf(cause)}`,
      { path, namespace: connection.namespace },
      cause,
    )
  }
}

/** IRIS's own words tell what is wrong; the statement is shown once, with its place, and there is no cause to print again. */
function statementFailed(
  { path, line, text }: { readonly path: string; readonly line: number; readonly text: string },
  namespace: string,
  error: unknown,
): LeaseError {
  const { summary, sqlCode } = error instanceof IrisConnectionError ? error.details : {}
  const words = typeof summary === 'string' ? summary.trim() : summaryOf(error)
  return failed(
    `${path}, line ${line}: IRIS refused the statement in the namespace ${namespace}: ${words}\n  ${text.split('\n').join('\n  ')}`,
    { path, line, statement: text, namespace, sqlCode },
    typeof summary === 'string' ? undefined : error,
  )
}

function failed(message: string, details: Record<string, unknown>, cause?: unknown): LeaseError {
  return new LeaseError({
    code: 'LOAD_FAILED',
    message,
    hint: 'Correct the file or the load option, then run again.',
    details,
    cause,
  })
}
