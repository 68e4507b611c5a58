import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { Profiler } from 'node:inspector'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { mergeProcessCovs } from '@bcoe/v8-coverage'
import { convert } from 'ast-v8-to-istanbul'
import { parseAstAsync } from 'vitest/node'
import { root } from '../setup/workspace.mjs'
import { addCounts, type FileCoverage } from './file-coverage.ts'

/**
 * Adds what child processes ran to what was counted in process. A child ran either the sources, whose types Node replaces
 * by blanks, so that every place is where it was; or a build, whose source map leads back.
 *
 * @param folder where Node left its reports (`NODE_V8_COVERAGE`)
 * @param files by the sources' absolute paths; their counts grow
 * @returns how many reports there were
 */
export async function addChildCoverage(folder: string, files: Readonly<Record<string, FileCoverage>>): Promise<number> {
  const reports = existsSync(folder) ? readdirSync(folder) : []
  const { result } = mergeProcessCovs(reports.map((report) => ({ result: readScripts(join(folder, report)) })))
  for (const script of result) {
    for (const [path, counted] of Object.entries(await toSources(script))) {
      const own = files[path]
      if (own) addCounts(own, counted)
    }
  }
  return reports.length
}

/** The scripts that are this workspace's. A process that was killed while it wrote leaves half a report. */
function readScripts(path: string): Profiler.ScriptCoverage[] {
  const { result } = parse(readFileSync(path, 'utf8'))
  return result.flatMap((script) => {
    const own = localPath(script.url)
    return own === undefined || !isAsItLies(script, own) ? [] : [{ ...script, url: pathToFileURL(own).href }]
  })
}

/**
 * Whether the script ran just as its file has it. A bundler runs its own version under the file's name, in which nothing
 * is where the file has it.
 */
function isAsItLies({ url, functions }: Profiler.ScriptCoverage, path: string): boolean {
  const length = functions[0]?.ranges[0]?.endOffset
  const text = readFileSync(path, 'utf8')
  return length === text.length || length === `${text}\n\n//# sourceURL=${url}`.length
}

function parse(text: string): { readonly result: readonly Profiler.ScriptCoverage[] } {
  try {
    return JSON.parse(text)
  } catch {
    return { result: [] }
  }
}

/** The file of this workspace behind a script: consumers run copies of the builds. What is copied into them has no map. */
function localPath(url: string): string | undefined {
  const [, name, rest] = /\/(?:packages|@iris-devtester)\/(\w+)\/((?:src|dist)\/[\w./-]+)$/.exec(url) ?? []
  if (name === undefined || rest === undefined || !url.startsWith('file:')) return undefined
  const own = join(root, 'packages', name, rest)
  return existsSync(rest.startsWith('src/') ? own : `${own}.map`) ? own : undefined
}

/** What a script ran, in the places of its sources. */
async function toSources(script: Profiler.ScriptCoverage): Promise<Record<string, FileCoverage>> {
  const path = fileURLToPath(script.url)
  const text = readFileSync(path, 'utf8')
  const isSource = path.endsWith('.ts')
  const code = isSource ? stripTypeScriptTypes(text) : text
  const map = isSource ? {} : { sourceMap: JSON.parse(readFileSync(`${path}.map`, 'utf8')) }
  return convert({ code, ...map, ast: parseAstAsync(code), coverage: script })
}
