import { extname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { IrisConnectionError } from '../../connection/connection-error.ts'
import type { IrisConnection } from '../../connection/iris-connection.ts'
import { summaryOf } from '../../errors/summary-of.ts'
import { LeaseError } from '../book/lease-error.ts'
import type { LoadFunction } from '../book/load-entry.ts'
import { compileErrors } from './compile-errors.ts'
import { loadExport } from './load-export.ts'
import type { ContainerSession } from './namespaces.ts'
import { CLASS_KINDS, EXPORT_KINDS, MODULE_KINDS, TABLE_KINDS } from './read-sources.ts'
import { loadFailed, type Source } from './source.ts'
import { splitStatements } from './split-statements.ts'

/**
 * Loads sources in their order: classes and routines that follow each other are compiled together, SQL files statement by
 * statement.
 *
 * @param session the container of the IRIS, which exports are loaded through.
 * @throws LeaseError `LOAD_FAILED` with the place in the file and IRIS's own words.
 */
export async function loadSources(
  connection: IrisConnection,
  sources: readonly Source[],
  session?: ContainerSession,
): Promise<void> {
  let classes: Source[] = []
  const compile = async () => {
    const batch = classes
    classes = []
    if (batch.length > 0) await compileAll(connection, batch)
  }
  for (const source of sources) {
    const kind = extname(source.path).toLowerCase()
    if (!source.run && CLASS_KINDS.includes(kind)) {
      classes.push(source)
      continue
    }
    await compile()
    if (source.run) await runFunction(connection, source, source.run)
    else if (TABLE_KINDS.includes(kind)) await (await import('./load-table.ts')).loadTable(connection, source)
    else if (MODULE_KINDS.includes(kind)) await runFunction(connection, source, await functionOf(source))
    else if (EXPORT_KINDS.includes(kind)) await loadExport(connection, source, session)
    else await runStatements(connection, source)
  }
  await compile()
}

async function compileAll(connection: IrisConnection, sources: readonly Source[]): Promise<void> {
  try {
    await connection.loadClasses(Object.fromEntries(sources.map(({ path, content }) => [path, content])))
  } catch (cause) {
    const paths = sources.map(({ path }) => path).join(', ')
    const errors = cause instanceof IrisConnectionError ? compileErrors(cause.details, sources) : []
    throw errors.length > 0
      ? loadFailed(
          `IRIS could not compile ${paths} in the namespace ${connection.namespace}:\n${errors.map(({ text }) => text).join('\n')}`,
          { path: paths, namespace: connection.namespace, errors },
        )
      : loadFailed(
          `Loading ${paths} into the namespace ${connection.namespace} failed: ${summaryOf(cause)}`,
          { path: paths, namespace: connection.namespace },
          cause,
        )
  }
}

async function runStatements(connection: IrisConnection, { path, content }: Source): Promise<void> {
  for (const { text, line } of splitStatements(content)) {
    await connection.sql(text).catch((error) => {
      throw statementFailed({ path, line, text }, connection.namespace, error)
    })
  }
}

async function functionOf({ path, file = path }: Source): Promise<LoadFunction> {
  const { href } = pathToFileURL(file)
  // A file that has changed since is another module.
  const { default: found } = await import(`${href}?${Date.now()}`).catch((cause) => {
    throw loadFailed(`The file ${path} can't be imported: ${summaryOf(cause)}`, { path }, cause)
  })
  const run = typeof found === 'function' ? found : found?.default
  if (typeof run === 'function') return run
  throw loadFailed(`The file ${path} has no function as its default export.`, { path })
}

async function runFunction(connection: IrisConnection, { path }: Source, run: LoadFunction): Promise<void> {
  try {
    await run(connection)
  } catch (cause) {
    if (cause instanceof LeaseError) throw cause
    throw loadFailed(
      `Loading by ${path} into the namespace ${connection.namespace} failed: ${summaryOf(cause)}`,
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
  const own = error instanceof IrisConnectionError ? error.summary.split('\n')[0] : summaryOf(error)
  const words = typeof summary === 'string' ? summary.trim() : own
  const isOurs = error instanceof IrisConnectionError && error.code.startsWith('SQL_') && error.code !== 'SQL_ERROR'
  return loadFailed(
    `${path}, line ${line}: ${isOurs ? 'The statement was not sent' : 'IRIS refused the statement'} in the namespace ${namespace}: ${words}\n  ${text.split('\n').join('\n  ')}`,
    { path, line, statement: text, namespace, sqlCode },
    typeof summary === 'string' || isOurs ? undefined : error,
  )
}
